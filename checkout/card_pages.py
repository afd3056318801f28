"""The cards of the reader's organisation: a list, adding one at the processor, the default, removing one."""

from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from charges.errors import ProcessorBusy, ProcessorUnavailable
from charges.processor.card_entry import begin_card_entry
from charges.processor.in_flight import hold_place
from checkout.billing_role import for_billing_role
from checkout.card_list import CardsPage, RemovalPage
from checkout.denied_pages import show_unknown
from checkout.lookup import find_decider, read_uuid
from checkout.offers import find_offer
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.errors import BillingError
from core.urls import read_origin
from customers.errors import (
    CardEntryNotFound,
    CardInUse,
    PaymentOptionNotFound,
    TooManyCardEntries,
)
from customers.models import Account
from subscriptions.lifecycle.card_changes import choose_card, finish_card_entry, remove_card

STATUSES: dict[type[BillingError], HTTPStatus] = {
    TooManyCardEntries: HTTPStatus.TOO_MANY_REQUESTS,
    ProcessorBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    ProcessorUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


@for_billing_role
@require_safe
def cards_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the cards, what each pays for, and the payments that wait for one that works."""
    return show_cards(request, account)


def show_cards(
    request: HttpRequest, account: Account, *, notice: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render the list, with what has just been refused."""
    page = CardsPage.of(account.organization_id)
    context = {"account": account, "page": page, "notice": notice}
    return render(request, "checkout/cards.html", context, status=status)


@for_billing_role
@require_POST
def add_card(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Begin an entry at the processor and lead there; afterwards the buyer is back where they came from."""
    offer = find_offer(request.POST, buyer_id=account.organization_id) if "id" in request.POST else None
    back = offer.link if offer else reverse("cards")
    try:
        with hold_place(caller=f"page/account:{account.public_id}"):
            entry = begin_card_entry(
                decider=find_decider(request, account),
                return_url=f"{settings.BASE_URL}{reverse('card_done')}",
                cancel_url=f"{settings.BASE_URL}{back}",
                return_path=back,
            )
    except BillingError as refusal:
        return show_trouble(request, refusal, back=back)
    task = _("Enter your card there, and you come straight back here.")
    return lead_to_processor(request, entry.url, task=task)


def lead_to_processor(request: HttpRequest, url: str, *, task: str) -> HttpResponseBase:
    """Go on to a page of the processor; `task` is a sentence that says what the buyer does there.

    Chromium does not let the form of our page lead to another site, so that the way there starts anew from
    a page without a form.
    """
    if read_origin(urlsplit(url)) == f"{request.scheme}://{request.get_host()}":
        return SeeOther(url)
    return render(request, "checkout/to_processor.html", {"target": url, "task": task})


@for_billing_role
@require_GET
def card_done(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Keep what was entered, once, and go back to where the buyer came from."""
    public_id = read_uuid(request.GET.get("session", ""))
    if public_id is None:
        return show_unknown(request)
    try:
        with hold_place(caller=f"page/account:{account.public_id}"):
            entry = finish_card_entry(public_id, decider=find_decider(request, account))
    except (CardEntryNotFound, PaymentOptionNotFound):
        raise
    except BillingError as refusal:
        return show_trouble(request, refusal, back=reverse("cards"))
    return SeeOther(entry.return_path or reverse("cards"))


def show_trouble(request: HttpRequest, refusal: BillingError, *, back: str) -> HttpResponse:
    """Say why no card was added, and lead back."""
    status = STATUSES.get(type(refusal), HTTPStatus.CONFLICT)
    context = {"refusal": describe_refusal(refusal), "back": back, "again": request.method == "GET"}
    return render(request, "checkout/card_trouble.html", context, status=status)


@for_billing_role
@require_POST
def choose_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Let a card pay for everything from now on."""
    choose_card(public_id, decider=find_decider(request, account))
    return SeeOther(reverse("cards"))


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def remove_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Say what follows from removing a card, then remove it."""
    if request.method != "POST":
        page = RemovalPage.of(account.organization_id, public_id)
        return render(request, "checkout/remove_card.html", {"account": account, "page": page})
    try:
        remove_card(public_id, decider=find_decider(request, account))
    except CardInUse as refusal:
        return show_cards(request, account, notice=describe_refusal(refusal), status=HTTPStatus.CONFLICT)
    return SeeOther(reverse("cards"))
