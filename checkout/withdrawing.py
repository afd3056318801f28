"""The buyer's way out of what was accepted and is not activated yet: a page that asks, and a button."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from charges.consent import Decider, check_decider
from charges.errors import WrongState
from charges.lapsed_acceptance import has_lapsed
from charges.models import ChargeStatus
from checkout.denied_pages import ask_a_colleague, show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protected
from checkout.listing import enter_purchase
from checkout.log_in_first import log_in_first
from checkout.lookup import find_account, find_decider
from checkout.offers import KINDS, AnyOffer
from checkout.see_other import SeeOther
from customers.errors import BillingRoleMissing


@protected
@log_in_first
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponseBase:
    """Ask before taking an acceptance back, then take it back.

    Redirects to the page of the purchase if it is not accepted, or activated by now.
    """
    account = find_account(request.user)
    offer = _find_offer(kind, public_id=public_id, buyer_id=account.organization_id) if account else None
    if not account or not offer:
        return show_unknown(request)
    decider = find_decider(request, account)
    try:
        check_decider(offer.purchase, decider)
    except BillingRoleMissing:
        return ask_a_colleague(request, account)
    if offer.purchase.status != ChargeStatus.ACCEPTED or has_lapsed(offer.purchase):
        return SeeOther(offer.link)
    return _withdraw(request, offer, decider) if request.method == "POST" else _ask(request, offer)


def _find_offer(kind: str, **which: Any) -> AnyOffer | None:
    return KINDS[kind].find(**which) if kind in KINDS else None


def _ask(request: HttpRequest, offer: AnyOffer) -> HttpResponse:
    entry = enter_purchase(offer.purchase)
    return render(request, "checkout/withdraw.html", {"offer": offer, "entry": entry})


def _withdraw(request: HttpRequest, offer: AnyOffer, decider: Decider) -> HttpResponseBase:
    if not is_own_submission(request):
        return refuse_foreign_form(request)
    with suppress(WrongState):  # The seller was faster; the page of the purchase says so.
        offer.withdraw(decider=decider)
    return SeeOther(offer.link)
