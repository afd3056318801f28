"""The apps that act in the name of the reader and of colleagues, and revoking what they may."""

from contextlib import suppress
from typing import NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from oauth2_provider.settings import oauth2_settings

from access.errors import ApplicationNotConnected
from access.installations import list_installed_applications, revoke_application_access
from access.oauth.connected_apps import ConnectedApp, disconnect_application, list_connected
from checkout.billing_role import for_billing_role
from checkout.own_account import for_account
from checkout.see_other import SeeOther
from customers.errors import ApplicationNotInstalled
from customers.models import Account, Application

MOST_SHOWN = 100


class AppLine(NamedTuple):
    """An app with what it may do, in words."""

    app: ConnectedApp
    may: list[str]


@for_account
@require_safe
def apps_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the apps, by name; to the billing role also those of colleagues."""
    words = oauth2_settings.SCOPES
    lines = [AppLine(app, [str(words[scope]) for scope in app.scopes]) for app in list_connected(account)]
    context = {"account": account, "lines": lines, "installed": _list_installed(account)}
    return render(request, "checkout/connected_apps.html", context)


@for_account
@require_POST
def revoke_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Revoke all that an app has; one that has nothing is no fault."""
    client_id = request.POST.get("client_id", "")
    if "\0" not in client_id:
        with suppress(ApplicationNotConnected):
            disconnect_application(account, client_id=client_id)
    return SeeOther(reverse("connected_apps"))


@for_billing_role
@require_POST
def remove_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Revoke what an app has from anybody of the organisation; one that has nothing is no fault."""
    client_id = request.POST.get("client_id", "")
    application = None if "\0" in client_id else Application.objects.filter(client_id=client_id).first()
    if application is not None:
        with suppress(ApplicationNotInstalled):
            revoke_application_access(account=account, application_id=application.pk)
    return SeeOther(reverse("connected_apps"))


def _list_installed(account: Account) -> list[Application]:
    if not account.has_billing_role:
        return []
    return list(list_installed_applications(account.organization_id)[:MOST_SHOWN])
