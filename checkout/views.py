"""The root of the server: a landing page or, with an id, the page of one purchase."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from access.sign_ups import takes_sign_ups
from charges.consent import check_decider
from charges.shown_pages import record_page_shown
from checkout.denied_pages import ask_a_colleague, show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.errors import FormForged
from checkout.form_token import read_shown
from checkout.forms import DecisionForm
from checkout.framed_page import frame_page
from checkout.headers import is_framed, is_own_submission, is_prefetch, protect, protected
from checkout.log_in_first import log_in_first
from checkout.lookup import find_account, find_decider
from checkout.offers import AnyOffer, find_offer
from checkout.pages import DecisionPage
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.errors import BillingError
from customers.errors import BillingRoleMissing
from customers.models import Account


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def root(request: HttpRequest) -> HttpResponseBase:
    """Answer `/` and `/?id=...`."""
    if "id" in request.GET:
        return frame_page(request) if is_framed(request) else offer_page(request)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return render(request, "checkout/landing.html", {"takes_sign_ups": takes_sign_ups()})


@log_in_first
def offer_page(request: HttpRequest) -> HttpResponseBase:
    """Show a purchase to the buyer it is for, and take the decision."""
    account = find_account(request.user)
    offer = account and find_offer(request.GET, buyer_id=account.organization_id)
    if not account or not offer:
        return show_unknown(request)
    try:
        check_decider(offer.purchase, find_decider(request, account))
    except BillingRoleMissing:
        return ask_a_colleague(request, account)
    if request.method == "POST":
        return decide(request, offer, account)
    response = show_offer(request, offer, account)
    if request.method == "GET" and not is_prefetch(request) and offer.can_be_decided:
        record_page_shown(object_id=offer.purchase.public_id, account_id=account.pk)
    return response


def show_offer(
    request: HttpRequest, offer: AnyOffer, account: Account, *, notice: str = "", status: int = 200
) -> HttpResponse:
    """Render what there is to decide, or what has become of it."""
    page = DecisionPage.of(offer, account)
    response = render(request, page.template, {"page": page, "notice": notice}, status=status)
    return protect(response, forms_to=[page.return_origin])


def decide(request: HttpRequest, offer: AnyOffer, account: Account) -> HttpResponseBase:
    """Carry out what was pressed and send the buyer back; on a refusal show what is so now."""
    if not is_own_submission(request):
        return refuse_foreign_form(request)
    try:
        _carry_out(request, offer, account)
    except BillingError as refusal:
        return _show_again(request, offer, account, refusal)
    way_back = offer.way_back
    return SeeOther(way_back.url if way_back and way_back.is_trusted else offer.link)


def _carry_out(request: HttpRequest, offer: AnyOffer, account: Account) -> None:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise FormForged
    shown = read_shown(form.cleaned_data["token"], offer.purchase, account)
    decider = find_decider(request, account)
    if form.cleaned_data["decision"] == "decline":
        offer.decline(decider=decider)
    else:
        offer.accept(decider=decider, shown=shown)


def _show_again(
    request: HttpRequest, offer: AnyOffer, account: Account, refusal: BillingError
) -> HttpResponse:
    status = 400 if isinstance(refusal, FormForged) else 409
    current = offer.find(pk=offer.purchase.pk)
    assert current is not None  # Purchases are never deleted, nor do they change hands.
    return show_offer(request, current, account, notice=describe_refusal(refusal), status=status)
