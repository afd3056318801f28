"""The payouts of the reader's organisation: what can be paid, asking for it, and where it goes."""

from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import sanitize_separators
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.idempotency import Reply, fingerprint_request, run_once
from checkout.billing_role import for_billing_role
from checkout.denied_pages import show_unknown
from checkout.form_keys import choose_form_key, read_form_key
from checkout.forms import PayoutAccountForm
from checkout.lookup import read_uuid
from checkout.payout_list import PayoutsPage
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.currencies import EXPONENTS, find_exponent
from core.errors import BillingError, InvalidField
from core.money import Money
from customers.models import Account
from payouts.accounts import change_account, find_account
from payouts.decide import cancel_payout
from payouts.models import Payout
from payouts.request import Requester, request_payout

MOST_DIGITS = 20


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def payouts_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show what can be paid and what was paid, or ask for a payout: once for each page that was shown."""
    if request.method != "POST":
        return show_payouts(request, account)
    try:
        _ask_once(request, account)
    except BillingError as refusal:
        return show_payouts(request, account, refusal=refusal)
    return SeeOther(reverse("payouts"))


def show_payouts(
    request: HttpRequest, account: Account, *, refusal: BillingError | None = None
) -> HttpResponse:
    """Render the page, with what has just been refused and what was typed then."""
    page = PayoutsPage.of(account.organization_id, before=read_uuid(request.GET.get("before", "")))
    context = {
        "account": account,
        "page": page,
        "notice": describe_refusal(refusal) if refusal else "",
        "key": choose_form_key(request, refusal),
        "said": request.POST,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "checkout/payouts.html", context, status=status)


@for_billing_role
@require_POST
def cancel_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Take back a payout that was not sent yet."""
    payout = Payout.objects.filter(organization=account.organization_id, public_id=public_id).first()
    if payout is None:
        return show_unknown(request)
    try:
        cancel_payout(payout.pk, actor=_name_actor(account))
    except BillingError as refusal:
        return show_payouts(request, account, refusal=refusal)
    return SeeOther(reverse("payouts"))


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def account_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show where payouts in a currency go, or change it."""
    said = request.POST if request.method == "POST" else request.GET
    currency = said.get("currency", "")
    if currency not in EXPONENTS:
        return show_unknown(request)
    known = find_account(organization_id=account.organization_id, currency=currency)
    form = PayoutAccountForm(
        request.POST if request.method == "POST" else None, known=known, organization=account.organization
    )
    if form.is_valid():
        try:
            change_account(
                organization_id=account.organization_id,
                currency=currency,
                destination=form.read_destination(),
                actor=_name_actor(account),
                by=account.user,
            )
            return SeeOther(reverse("payouts"))
        except InvalidField as refusal:
            form.refuse(refusal)
    context = {"account": account, "form": form, "currency": currency, "known": known}
    return render(request, "checkout/payout_account.html", context, status=400 if form.errors else 200)


def _ask_once(request: HttpRequest, account: Account) -> None:
    """Ask for what the form says; pressing its button again asks for nothing more. Raises BillingError."""
    currency, said = request.POST.get("currency", ""), request.POST.get("amount", "")
    if currency not in EXPONENTS:
        raise InvalidField("currency", _("The currency is not known."))
    amount = read_amount(said, currency)
    key = read_form_key(request)
    if key is None:
        raise InvalidField("key", _("The form is not complete. Please try again."))

    def ask() -> Reply:
        request_payout(
            organization_id=account.organization_id,
            currency=currency,
            amount_minor=amount,
            requester=Requester(actor=_name_actor(account), account=account),
        )
        return Reply(HTTPStatus.CREATED, b"")

    run_once(
        principal=_name_actor(account),
        route=f"POST {request.path}",
        key=str(key),
        fingerprint=fingerprint_request(
            method="POST", path=request.path, said={"currency": currency, "amount": said}
        ),
        work=ask,
    )


def read_amount(text: str, currency: str) -> int:
    """Return an amount that was typed in units of its currency, in minor units. Raises InvalidField.

    Its decimals stand behind a point, or behind the sign of the reader's language, as forms propose them.
    More of them than the currency has are refused, even as zeros: 10.000 may be meant as ten thousand.
    """
    try:
        units = Decimal(sanitize_separators(text.strip()))
        if len(text) > MOST_DIGITS or not units.is_finite():
            raise ValueError("too long, or no number")
        if -int(units.as_tuple().exponent) > find_exponent(currency):
            raise ValueError("too many decimals")
        return Money.from_units(units, currency).amount_minor
    except (InvalidOperation, ValueError):
        words = _("The amount must be a number such as 10 in %(currency)s.") % {"currency": currency}
        raise InvalidField("amount", words) from None


def _name_actor(account: Account) -> str:
    return f"page/account:{account.public_id}"
