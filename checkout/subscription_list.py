"""All subscriptions of the reader's organisation, those that run and those that have ended."""

from typing import NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checkout.billing_role import for_billing_role
from checkout.listing import list_ended, list_running
from checkout.lookup import read_uuid
from core.local_formats import write_money
from customers.models import Account
from subscriptions.monthly_total import sum_monthly_prices


class Total(NamedTuple):
    """What a month comes to in one currency, as the reader writes it."""

    amount: str
    subscriptions: int


def list_totals(organization_id: int) -> list[Total]:
    """Return what an organisation pays a month, one line a currency."""
    return [
        Total(write_money(each.money), each.subscriptions) for each in sum_monthly_prices(organization_id)
    ]


@for_billing_role
@require_safe
def subscriptions_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show a page of subscriptions, newest first, and what those that run come to."""
    shows_ended = request.GET.get("show") == "ended"
    before = read_uuid(request.GET.get("before", ""))
    read = list_ended if shows_ended else list_running
    context = {
        "account": account,
        "page": read(account.organization_id, before=before),
        "shows_ended": shows_ended,
        "totals": [] if shows_ended else list_totals(account.organization_id),
    }
    return render(request, "checkout/subscriptions.html", context)
