"""The applications that a person lets act in their name."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from oauth2_provider.models import AccessToken

from access.errors import ApplicationNotConnected
from access.installations import revoke_own_access
from access.oauth.scopes import list_permitted
from core import clock
from customers.models import Account, Application

MOST_SHOWN = 100


class ConnectedApp(NamedTuple):
    """An application with what it may do, and when it got or renewed its newest token (UTC)."""

    application: Application
    scopes: list[str]
    last_at: datetime


def list_connected(account: Account) -> list[ConnectedApp]:
    """Return the applications with a token that can be used or renewed, by name, at most 100."""
    granted: dict[int, set[str]] = {}
    newest: dict[int, datetime] = {}
    for application_id, scope, created in _list_tokens(account.user_id):
        granted.setdefault(application_id, set()).update(scope.split())
        newest[application_id] = max(created, newest.get(application_id, created))
    apps = Application.objects.filter(pk__in=granted).select_related("organization")
    return [
        ConnectedApp(app, _keep(granted[app.pk], list_permitted(app, account.user)), newest[app.pk])
        for app in apps.order_by("name", "pk")[:MOST_SHOWN]
    ]


def disconnect_application(account: Account, *, client_id: str) -> None:
    """Revoke every token and code that an application has from a person, at once.

    With the last person of an organisation the application is out of it. Subscriptions go on. Raises
    ApplicationNotConnected.
    """
    tokens = AccessToken.objects.filter(user_id=account.user_id, application__client_id=client_id)
    application_id = tokens.values_list("application_id", flat=True).first()
    if application_id is None:
        raise ApplicationNotConnected
    revoke_own_access(account=account, application_id=application_id)


def _list_tokens(user_id: int) -> Iterable[tuple[int, str, datetime]]:
    """Return tokens that work, and those that have expired and can be renewed."""
    usable = Q(expires__gt=clock.now()) | Q(refresh_token__isnull=False, refresh_token__revoked=None)
    tokens = AccessToken.objects.filter(usable, user_id=user_id, application__isnull=False)
    return tokens.values_list("application_id", "scope", "created")


def _keep(granted: set[str], permitted: list[str]) -> list[str]:
    return [scope for scope in permitted if scope in granted]
