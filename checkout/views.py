"""The root of the server: a landing page or, with an id, the page of one charge."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods

from charges.consent import Decider, accept_charge, decline_charge
from charges.models import Charge
from checkout.error_pages import refuse_foreign_form
from checkout.errors import FormForged
from checkout.forms import DecisionForm
from checkout.headers import is_framed, is_own_submission, protect, protected
from checkout.lookup import find_account, find_charge, find_framers, read_charge_id
from checkout.pages import DecisionPage
from checkout.tokens import read_shown_terms
from checkout.way_back import find_way_back
from core.errors import BillingError
from customers.models import Account


class SeeOther(HttpResponseRedirect):
    """Go on with a GET, whatever the request was."""

    status_code = 303


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def root(request: HttpRequest) -> HttpResponseBase:
    """Answer `/` and `/?id=...`."""
    if "id" in request.GET:
        return frame_page(request) if is_framed(request) else charge_page(request)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return render(request, "checkout/landing.html")


@xframe_options_exempt
def frame_page(request: HttpRequest) -> HttpResponse:
    """Offer a new window to a page that was opened inside an application; it holds nothing to protect."""
    response = render(request, "checkout/framed.html", {"link": urlencode({"id": request.GET["id"]})})
    return protect(response, framed_by=find_framers(read_charge_id(request.GET)))


@login_required
def charge_page(request: HttpRequest) -> HttpResponseBase:
    """Show a charge to the buyer it is for, and take the decision."""
    account = find_account(request.user)
    charge = account and find_charge(read_charge_id(request.GET), organization_id=account.organization_id)
    if not account or not charge:
        return render(request, "checkout/unknown.html", status=404)
    if not account.has_billing_role:
        return render(request, "checkout/no_billing_role.html", {"account": account}, status=403)
    if request.method == "POST":
        return decide(request, charge, account)
    return show_charge(request, charge, account)


def show_charge(
    request: HttpRequest, charge: Charge, account: Account, *, notice: str = "", status: int = 200
) -> HttpResponse:
    """Render what there is to decide, or what has become of it."""
    page = DecisionPage.of(charge, account, language=get_language_from_request(request))
    response = render(request, page.template, {"page": page, "notice": notice}, status=status)
    return protect(response, forms_to=[page.return_origin])


def decide(request: HttpRequest, charge: Charge, account: Account) -> HttpResponseBase:
    """Carry out what was pressed and send the buyer back; on a refusal show what is so now."""
    if not is_own_submission(request):
        return refuse_foreign_form(request)
    try:
        charge = _carry_out(request, charge, account)
    except BillingError as refusal:
        return _show_again(request, charge, account, refusal)
    way_back = find_way_back(charge)
    return SeeOther(way_back.url if way_back and way_back.is_trusted else f"/?id={charge.public_id}")


def _carry_out(request: HttpRequest, charge: Charge, account: Account) -> Charge:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise FormForged
    shown_terms = read_shown_terms(form.cleaned_data["token"], charge, account)
    decider = Decider.on_page(
        account,
        ip=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.headers.get("User-Agent", ""),
    )
    if form.cleaned_data["decision"] == "decline":
        return decline_charge(charge.pk, decider=decider)
    return accept_charge(charge.pk, decider=decider, shown_terms=shown_terms)


def _show_again(
    request: HttpRequest, charge: Charge, account: Account, refusal: BillingError
) -> HttpResponse:
    status = 400 if isinstance(refusal, FormForged) else 409
    current = find_charge(charge.public_id, organization_id=account.organization_id)
    assert current is not None  # Charges are never deleted, nor do they change hands.
    return show_charge(request, current, account, notice=str(refusal), status=status)
