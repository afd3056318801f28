"""Staff acts on charges: each asks for a reason and calls one service."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from approvals.four_eyes import name_staff
from approvals.models import Approval
from backoffice.admin.acts import Act, ReasonForm
from backoffice.refund_presenters import explain_refund_of, preview_refund
from backoffice.write_off_presenters import explain_charge_write_off, tell_write_off
from charges.collection.outcome_types import Change
from charges.models import Charge, ChargeKind, ChargeStatus, RefundRequest
from charges.refunds.ask import ask_refund
from charges.refunds.make import count_refundable
from charges.write_off import can_be_written_off, write_off_charge
from core.currencies import find_exponent
from core.money import Money

MAX_DIGITS = 12


class RefundForm(ReasonForm):
    """How much goes back, and why."""

    field_order = ("amount", "reason")

    def __init__(self, *args: Any, subject: Charge, **kwargs: Any) -> None:
        left = Money(count_refundable(subject), subject.currency)
        super().__init__(*args, subject=subject, initial={"amount": left.units}, **kwargs)
        self.fields["amount"] = forms.DecimalField(
            max_digits=MAX_DIGITS,
            decimal_places=find_exponent(subject.currency),
            widget=UnfoldAdminDecimalFieldWidget,
            help_text=f"In {subject.currency}; all that is left, or a part of it.",
        )
        self.order_fields(self.field_order)

    @property
    def money(self) -> Money:
        """What goes back."""
        return Money.from_units(self.cleaned_data["amount"], self.subject.currency)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"amount_minor": self.money.amount_minor}

    def describe(self) -> str:
        """Return how much, and why."""
        return f"{self.money}. {super().describe()}"


def refund(pk: int, *, user: User, reason: str, amount_minor: int) -> RefundRequest:
    """Give back so many cents, or ask a second person to let that happen."""
    return ask_refund(
        charge_id=pk,
        amount_minor=amount_minor,
        reason=reason,
        actor=name_staff(user),
        requested_by=user,
    )


def write_off(pk: int, *, user: User, reason: str) -> Change | Approval:
    """Ask for its money no more, or ask a second person to let that happen."""
    return write_off_charge(charge_id=pk, reason=reason, requested_by=user)


def tell_refund(request: RefundRequest) -> str:
    """Return what became of it."""
    if request.approval_id is None:
        return "The refund is on its way."
    return "Nothing has moved yet: another person has to approve the refund."


def _can_be_refunded(charge: Any) -> bool:
    is_collected = charge.kind == ChargeKind.CHARGE and charge.status == ChargeStatus.SUCCESS
    return is_collected and count_refundable(charge) > 0


REFUND = Act(
    name="refund",
    title="Refund",
    done=tell_refund,
    pointless="Nothing can be given back of it.",
    applies=_can_be_refunded,
    explain=explain_refund_of,
    run=refund,
    form=RefundForm,
    variant="danger",
    preview=preview_refund,
    by_user=True,
    needs_factor=True,
)
WRITE_OFF = Act(
    name="write_off",
    title="Write off",
    done=tell_write_off,
    pointless="It is no payment that failed and waits for its next try.",
    applies=can_be_written_off,
    explain=explain_charge_write_off,
    run=write_off,
    variant="danger",
    by_user=True,
    needs_factor=True,
)
ACTS = (REFUND, WRITE_OFF)
