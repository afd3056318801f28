"""The buyer's own way out of a subscription: a page that says what ends, and a button."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from checkout.denied_pages import ask_a_colleague, show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protected
from checkout.lookup import find_account, find_decider
from checkout.offers import RecurrentOffer
from checkout.see_other import SeeOther
from customers.errors import BillingRoleMissing
from subscriptions.lifecycle.cancel import cancel_subscription, check_canceller

REASON = "Cancelled by the buyer on the account page."


@protected
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_page(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Ask before cancelling a subscription, then cancel it.

    Redirects to the subscription's page if it cannot be cancelled.
    """
    account = find_account(request.user)
    offer = account and RecurrentOffer.find(public_id=public_id, buyer_id=account.organization_id)
    if not account or not offer:
        return show_unknown(request)
    decider = find_decider(request, account)
    try:
        check_canceller(offer.purchase, decider)
    except BillingRoleMissing:
        return ask_a_colleague(request, account)
    words = offer.describe()
    if not words.is_cancellable:
        return SeeOther(offer.link)
    if request.method != "POST":
        return render(request, "checkout/cancel.html", {"offer": offer, "words": words})
    if not is_own_submission(request):
        return refuse_foreign_form(request)
    cancel_subscription(offer.purchase.pk, actor=decider, reason=REASON)
    return SeeOther(offer.link)
