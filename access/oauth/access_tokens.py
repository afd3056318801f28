"""Access tokens: issued, limited in number, looked at by resource servers, forgotten."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from oauth2_provider.models import (
    AccessToken,
    Grant,
    RefreshToken,
    clear_expired,
    revoke_access_token,
    set_token_value,
)

from access.oauth.scopes import keep_permitted, list_permitted
from core import clock
from core.errors import InvalidField
from customers.models import Account, Application

TOKENS_PER_GRANT = 25


@transaction.atomic
def issue_token(
    account: Account,
    application: Application,
    scopes: str | Iterable[str],
    *,
    lifetime: timedelta | None = None,
) -> str:
    """Let an application act for an account and return the bearer token, which is kept only as a hash.

    The token lives 8 hours, unless a lifetime is given, and has no refresh token. Raises InvalidField for a
    scope that the application was not given, and for billing_admin unless both belong to the operator.
    """
    wanted = scopes.split() if isinstance(scopes, str) else list(scopes)
    if not set(wanted) <= set(list_permitted(application, account.user)):
        raise InvalidField("scopes", "must be scopes that the application and the account may have")
    lock_account(account.user_id)
    value = secrets.token_urlsafe(32)
    lifetime = lifetime or timedelta(seconds=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])
    token = AccessToken(
        user_id=account.user_id,
        application=application,
        scope=" ".join(wanted),
        expires=clock.now() + lifetime,
    )
    set_token_value(token, value)
    token.save()
    revoke_oldest_tokens(user_id=account.user_id, application_id=application.pk)
    return value


def lock_account(user_id: int) -> None:
    """Issue one token of a person at a time, so that counting them and detecting reuse are exact.

    The lock does not hold up rows that refer to the account, such as new charges.
    """
    Account.objects.select_for_update(no_key=True).filter(user_id=user_id).first()


def revoke_oldest_tokens(*, user_id: int, application_id: int) -> None:
    """Keep the 25 newest access tokens of a person in an application, and with them their refresh tokens."""
    newest = AccessToken.objects.filter(user_id=user_id, application_id=application_id).order_by("-pk")
    for token in newest[TOKENS_PER_GRANT:]:
        revoke_access_token(token)


def describe_token(value: str, *, asked_by: Application) -> dict[str, Any]:
    """Tell a resource server about a token (RFC 7662); seller apps learn about their own tokens only."""
    token = (
        AccessToken.objects.select_related("application__organization", "user__account__organization")
        .filter(
            token_checksum=hashlib.sha256(value.encode()).hexdigest(),
            expires__gt=clock.now(),
            user__is_active=True,
            user__account__isnull=False,
            application__is_active=True,
        )
        .first()
    )
    if token is None or token.user is None or token.application is None:
        return {"active": False}
    if not (asked_by.first_party or token.application_id == asked_by.pk):
        return {"active": False}
    return {
        "active": True,
        "scope": " ".join(_list_scopes(token, token.application, token.user.account)),
        "client_id": token.application.client_id,
        "token_type": "Bearer",
        "exp": int(token.expires.timestamp()),
        "iat": int(token.created.timestamp()),
        "sub": str(token.user.account.public_id),
        "username": token.user.account.email,
    }


def end_access(user_id: int, *, application_id: int | None = None) -> None:
    """Revoke every token and code of a person, as a new password does, or those of one application."""
    which = {"user_id": user_id} | ({} if application_id is None else {"application_id": application_id})
    with transaction.atomic():
        lock_account(user_id)
        _forget(**which)


@transaction.atomic
def end_application(*, organization_id: int, application_id: int) -> None:
    """Revoke every token and code that an application has for the people of an organisation."""
    people = Account.objects.select_for_update(no_key=True).filter(organization_id=organization_id)
    user_ids = [account.user_id for account in people.order_by("pk")]
    _forget(user_id__in=user_ids, application_id=application_id)


def _forget(**of: Any) -> None:
    Grant.objects.filter(**of).delete()
    RefreshToken.objects.filter(**of, revoked=None).update(revoked=clock.now(), access_token=None)
    AccessToken.objects.filter(**of).delete()


def _list_scopes(token: AccessToken, application: Application, account: Account) -> list[str]:
    """Return what a token is good for: what was granted and may still be had."""
    runs_marketplace = application.organization.is_operator and account.organization.is_operator
    return keep_permitted(token.scope.split(), runs_marketplace=runs_marketplace)


def purge_expired_tokens() -> None:
    """Forget tokens and codes that nobody can use any more."""
    clear_expired()
