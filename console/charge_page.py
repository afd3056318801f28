"""One charge: what was asked for, who agreed, each attempt, what was booked, and giving it back."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.idempotency import Reply, fingerprint_request, run_once
from charges.models import Acceptance, Charge, ChargeStatus, RefundRequest
from charges.refunds.ask import ask_refund
from charges.refunds.make import count_refundable
from checkout.form_keys import choose_form_key, read_form_key
from checkout.payouts import read_amount
from checkout.see_other import SeeOther
from console.charge_list import ChargeLine, find_sold
from console.errors import ConsolePageNotFound
from console.looks import render_console, tell
from console.page_access import Member, for_console
from console.paper_files import list_papers_of
from core.errors import BillingError, InvalidField
from core.ledger_references import charge_reference, dispute_reference
from core.local_formats import write_money
from core.money import Money
from customers.errors import KeyInProgress
from customers.models import Role
from ledger.reports import list_booked
from testmode.clocks import stand_on_clock_of

MADE = "The refund is on its way."
WAITING = "The refund was asked for. It is made once the marketplace has approved it."


@dataclass(frozen=True, slots=True)
class Amounted:
    """A row with its amount in words."""

    row: Any
    amount: str


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def charge_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show a charge."""
    return _show(request, member, _find(member, public_id))


@for_console(Role.BILLING)
@require_POST
def refund_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Give a charge back, or a part of it: once for each page that was shown."""
    charge = _find(member, public_id)
    try:
        status = _refund_once(request, member, charge)
    except BillingError as refusal:
        return _show(request, member, charge, refusal=refusal, status=HTTPStatus.CONFLICT)
    tell(request, WAITING if status == HTTPStatus.ACCEPTED else MADE)
    return SeeOther(reverse("console_charge", args=[public_id]))


def _find(member: Member, public_id: UUID) -> Charge:
    """Return a charge of the organisation, in either mode. Raises ConsolePageNotFound."""
    charge = find_sold(member).filter(public_id=public_id).first()
    if charge is None:
        raise ConsolePageNotFound
    return charge


def _show(
    request: HttpRequest,
    member: Member,
    charge: Charge,
    *,
    refusal: BillingError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render the page, with what has just been refused and what was typed then."""
    sees_money = member.has(Role.BILLING)
    refunds = list(charge.refunds.order_by("-pk"))
    left = _count_left(charge) if sees_money else 0
    context = {
        "line": ChargeLine.of(charge),
        "charge": charge,
        "commission": write_money(charge.commission),
        "share": write_money(Money(charge.total_minor - charge.commission_minor, charge.currency)),
        "attempts": charge.attempts.order_by("number"),
        "acceptance": _find_acceptance(charge),
        "refunds": [Amounted(refund, write_money(refund.total)) for refund in refunds],
        "requests": _list_waiting(charge),
        "papers": list_papers_of(charge) if sees_money else [],
        "booked": _list_booked(charge, refunds) if sees_money else [],
        "sees_money": sees_money,
        "left": Money(left, charge.currency).units if left else None,
        "key": choose_form_key(request, refusal),
        "said": request.POST,
        "notice": describe_refusal(refusal) if refusal else "",
    }
    return render_console(request, member, "charge", context, status=status)


def _refund_once(request: HttpRequest, member: Member, charge: Charge) -> int:
    """Ask for what the form says, and return the status that the API would answer. Raises BillingError."""
    said, reason = request.POST.get("amount", ""), request.POST.get("reason", "")
    amount = read_amount(said, charge.currency) if said.strip() else None
    key = read_form_key(request)
    if key is None:
        raise InvalidField("key", "the form is not complete; please try again")

    def ask() -> Reply:
        with stand_on_clock_of(charge):
            made = ask_refund(
                charge_id=charge.pk,
                amount_minor=amount,
                reason=reason,
                actor=member.actor,
                requested_by_account=member.account,
            )
        return Reply(HTTPStatus.ACCEPTED if made.approval_id else HTTPStatus.CREATED, b"")

    reply = run_once(
        principal=member.actor,
        route=f"POST {request.path}",
        key=str(key),
        fingerprint=fingerprint_request(
            method="POST", path=request.path, said={"amount": said, "reason": reason}
        ),
        work=ask,
    )
    return reply.status


def describe_refusal(refusal: BillingError) -> str:
    """Return why nothing was given back, in words for people: they know of no keys."""
    if isinstance(refusal, KeyInProgress):
        return "This is still being worked on. Try again in a moment."
    return f"{refusal.field}: {refusal}" if isinstance(refusal, InvalidField) else str(refusal)


def _count_left(charge: Charge) -> int:
    """Return the cents that can still be given back."""
    return count_refundable(charge) if charge.status == ChargeStatus.SUCCESS else 0


def _find_acceptance(charge: Charge) -> Acceptance | None:
    """Return who agreed to this charge, or to the subscription that it is a period of."""
    found = Acceptance.objects.select_related("account")
    if charge.subscription_id is not None:
        return found.filter(subscription=charge.subscription_id).first()
    return found.filter(charge=charge).first()


def _list_waiting(charge: Charge) -> list[Amounted]:
    """Return the refunds that were asked for and are not made, such as those that wait for approval."""
    asked = RefundRequest.objects.filter(charge=charge).select_related("approval").order_by("-pk")
    made = set(charge.refunds.values_list("public_id", flat=True))
    return [
        Amounted(each, write_money(Money(each.amount_minor, charge.currency)))
        for each in asked
        if each.public_id not in made
    ]


def _list_booked(charge: Charge, refunds: list[Charge]) -> list[Amounted]:
    """Return what the charge, its refunds and its disputes did to the organisation's account."""
    references = [charge_reference(each.public_id) for each in (charge, *refunds)]
    disputes = charge.disputes.values_list("public_id", flat=True)
    lines = list_booked(
        organization_id=charge.payee_id,
        currency=charge.currency,
        livemode=not charge.test,
        references=[*references, *map(dispute_reference, disputes)],
    )
    return [Amounted(line, write_money(Money(line.amount_minor, charge.currency))) for line in lines]
