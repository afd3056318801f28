"""The buyer's own way out of a subscription: at the end of the paid time or at once, and back again."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from charges.consent import Decider
from checkout.billing_role import for_billing_role
from checkout.denied_pages import show_unknown
from checkout.errors import FormForged
from checkout.lookup import find_decider
from checkout.offers import RecurrentOffer
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.errors import BillingError
from customers.models import Account
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.cancel_at_period_end import (
    cancel_at_period_end,
    find_paid_end,
    keep_subscription,
)
from subscriptions.models import Subscription

REASON = "Cancelled by the buyer on the account page."
KEPT = "Kept by the buyer on the account page."


class CancelForm(forms.Form):
    """One of the buttons, and when the paid time ends that was shown."""

    decision = forms.ChoiceField(choices=[(choice, choice) for choice in ("period_end", "now", "keep")])
    ends_at = forms.DateTimeField(required=False)


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Ask before cancelling a subscription, then cancel it, or keep one that was to end.

    Redirects to the subscription's page if it cannot be cancelled.
    """
    offer = RecurrentOffer.find(public_id=public_id, buyer_id=account.organization_id)
    if offer is None:
        return show_unknown(request)
    if not offer.describe().is_cancellable:
        return SeeOther(offer.link)
    if request.method != "POST":
        return _show(request, offer)
    try:
        _carry_out(CancelForm(request.POST), offer.purchase, find_decider(request, account))
    except BillingError as refusal:
        return _show_again(request, offer, refusal)
    return SeeOther(offer.link)


def _carry_out(form: CancelForm, subscription: Subscription, decider: Decider) -> None:
    """Do what was pressed. Raises FormForged, and what the services raise."""
    if not form.is_valid():
        raise FormForged
    decision, ends_at = form.cleaned_data["decision"], form.cleaned_data["ends_at"]
    if decision == "keep":
        keep_subscription(subscription.pk, actor=decider, reason=KEPT)
    elif decision == "now":
        cancel_subscription(subscription.pk, actor=decider, reason=REASON)
    elif ends_at is None:
        raise FormForged
    else:
        cancel_at_period_end(subscription.pk, actor=decider, ends_at=ends_at, reason=REASON)


def _show(
    request: HttpRequest, offer: RecurrentOffer, *, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "offer": offer,
        "words": offer.describe(),
        "paid_end": find_paid_end(offer.purchase),
        "notice": notice,
    }
    return render(request, "checkout/cancel.html", context, status=status)


def _show_again(request: HttpRequest, offer: RecurrentOffer, refusal: BillingError) -> HttpResponseBase:
    """Show what is so now, and why nothing was done."""
    current = RecurrentOffer.find(pk=offer.purchase.pk)
    assert current is not None  # Purchases are never deleted.
    if not current.describe().is_cancellable:
        return SeeOther(current.link)
    status = 400 if isinstance(refusal, FormForged) else 409
    return _show(request, current, notice=describe_refusal(refusal), status=status)
