"""The apps that act in the reader's name, and revoking what they may."""

from contextlib import suppress
from typing import NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from oauth2_provider.settings import oauth2_settings

from access.errors import ApplicationNotConnected
from access.oauth.connected_apps import ConnectedApp, disconnect_application, list_connected
from checkout.own_account import for_account
from checkout.see_other import SeeOther
from customers.models import Account


class AppLine(NamedTuple):
    """An app with what it may do, in words."""

    app: ConnectedApp
    may: list[str]


@for_account
@require_safe
def apps_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the apps, by name."""
    words = oauth2_settings.SCOPES
    lines = [AppLine(app, [str(words[scope]) for scope in app.scopes]) for app in list_connected(account)]
    return render(request, "checkout/connected_apps.html", {"account": account, "lines": lines})


@for_account
@require_POST
def revoke_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Revoke all that an app has; one that has nothing is no fault."""
    client_id = request.POST.get("client_id", "")
    if "\0" not in client_id:
        with suppress(ApplicationNotConnected):
            disconnect_application(account, client_id=client_id)
    return SeeOther(reverse("connected_apps"))
