"""The apps that act in the name of the reader and of colleagues, and revoking what they may."""

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, Self

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
from checkout.lookup import find_decider
from checkout.own_account import for_account
from checkout.presenters import write_price_each
from checkout.schedule_text import describe_period
from checkout.see_other import SeeOther
from customers.errors import ApplicationNotInstalled
from customers.models import Account, Application
from subscriptions.lifecycle.app_removal import MOST_AT_ONCE, end_subscriptions, list_subscriptions_of_app
from subscriptions.lifecycle.cancel_at_period_end import find_paid_end
from subscriptions.models import Subscription

MOST_SHOWN = 100
REASON = "The buyer removed the app on the account page."


class AppLine(NamedTuple):
    """An app with what it may do, in words."""

    app: ConnectedApp
    may: list[str]


class SubscriptionLine(NamedTuple):
    """What is paid for, how much and how often, and when (UTC) it would end; None is at once."""

    name: str
    price: str
    period: str
    paid_end: datetime | None
    test: bool

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """Work these out for a reader."""
        period = describe_period(subscription.frequency, subscription.interval)
        price, paid_end = write_price_each(subscription), find_paid_end(subscription)
        return cls(subscription.name, price, period, paid_end, subscription.test)


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
    """Revoke what an app has from anybody of the organisation; one that has nothing is no fault.

    Where the organisation goes on paying for something in it, asks first whether that ends too.
    """
    client_id = request.POST.get("client_id", "")
    application = None if "\0" in client_id else Application.objects.filter(client_id=client_id).first()
    if application is not None:
        which = {"organization_id": account.organization_id, "application_id": application.pk}
        if request.POST.get("subscriptions") == "end":
            decider = find_decider(request, account)
            end_subscriptions(list_subscriptions_of_app(**which), actor=decider, reason=REASON)
        if request.POST.get("subscriptions") != "keep" and (going_on := list_subscriptions_of_app(**which)):
            return _ask_about(request, application, going_on)
        with suppress(ApplicationNotInstalled):
            revoke_application_access(account=account, application_id=application.pk)
    return SeeOther(reverse("connected_apps"))


def _ask_about(request: HttpRequest, app: Application, going_on: list[Subscription]) -> HttpResponseBase:
    """Show what is paid for again and again, and when it would end."""
    lines = [SubscriptionLine.of(subscription) for subscription in going_on]
    context = {"app": app, "lines": lines, "is_cut": len(lines) == MOST_AT_ONCE}
    return render(request, "checkout/remove_app.html", context)


def _list_installed(account: Account) -> list[Application]:
    if not account.has_billing_role:
        return []
    return list(list_installed_applications(account.organization_id)[:MOST_SHOWN])
