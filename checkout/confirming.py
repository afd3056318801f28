"""Payments that the buyer's bank wants the buyer to confirm: to the processor and back."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from charges.collection.confirm import confirm_payment, look_after_payment
from charges.errors import ProcessorBusy, ProcessorUnavailable
from charges.processor.in_flight import hold_place
from checkout.billing_role import for_billing_role
from checkout.card_pages import lead_to_processor
from checkout.denied_pages import show_unknown
from checkout.offers import DirectOffer
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.errors import BillingError
from customers.models import Account


@for_billing_role
@require_POST
def confirm_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Lead to the processor's page; a payment that needs no confirmation any more just shows itself."""
    offer = DirectOffer.find(public_id=public_id, buyer_id=account.organization_id)
    if offer is None:
        return show_unknown(request)
    done = f"{settings.BASE_URL}{reverse('payment_confirmed', args=[public_id])}"
    try:
        with hold_place(caller=f"page/account:{account.public_id}"):
            url = confirm_payment(charge_id=offer.purchase.pk, return_url=done)
    except (ProcessorBusy, ProcessorUnavailable) as refusal:
        return show_trouble(request, refusal, offer)
    if url is None:
        return SeeOther(find_page(offer))
    task = _("Confirm the payment there, and you come straight back here.")
    return lead_to_processor(request, url, task=task)


@for_billing_role
@require_GET
def confirmed_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Find out what came of the confirmation, and show it."""
    offer = DirectOffer.find(public_id=public_id, buyer_id=account.organization_id)
    if offer is None:
        return show_unknown(request)
    try:
        with hold_place(caller=f"page/account:{account.public_id}"):
            look_after_payment(offer.purchase.pk)
    except ProcessorBusy as refusal:
        return show_trouble(request, refusal, offer)
    return SeeOther(find_page(offer))


def find_page(offer: DirectOffer) -> str:
    """Return where a payment is shown: with its subscription, if it belongs to one."""
    subscription = offer.purchase.subscription
    return offer.link if subscription is None else f"/?id={subscription.public_id}&type=recurrent_charge"


def show_trouble(request: HttpRequest, refusal: BillingError, offer: DirectOffer) -> HttpResponse:
    """Say that the processor cannot be asked now, and lead back."""
    context = {"refusal": describe_refusal(refusal), "back": find_page(offer)}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "checkout/confirmation_trouble.html", context, status=status)
