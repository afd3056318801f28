"""Staff acts on payouts and on the accounts that they go to: each asks for a reason and calls one service."""

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.admin.acts import Act, ReasonForm
from backoffice.payout_presenters import (
    describe_balance,
    explain_payout,
    explain_release,
    explain_transfer,
)
from core.currencies import find_exponent
from core.money import Money
from payouts.decide import approve_payout, cancel_payout, change_method, reject_payout
from payouts.methods import find_obstacle
from payouts.models import UNSENT, Payout, PayoutAccount, PayoutMethod, PayoutSchedule, PayoutStatus
from payouts.request import Requester, request_payout
from payouts.schedule import set_schedule
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout

ENDED_WITH_BANK = (PayoutStatus.SENT, PayoutStatus.SETTLED)
METHOD_HELP = "Without a choice, the best that the account allows."


class RequestForm(ReasonForm):
    """How much, by which way, and why."""

    method = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget, help_text=METHOD_HELP)
    field_order = ("amount", "method", "reason")

    def __init__(self, *args: Any, subject: PayoutAccount, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        method: Any = self.fields["method"]
        method.choices = [("", "The best there is"), *_list_methods(subject)]
        self.fields["amount"] = forms.DecimalField(
            required=False,
            min_value=Decimal(0),
            max_digits=15,
            decimal_places=find_exponent(subject.currency),
            widget=UnfoldAdminDecimalFieldWidget,
            help_text=f"In {subject.currency}; empty is all that is available.",
        )
        self.order_fields(self.field_order)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        units, method = self.cleaned_data["amount"], self.cleaned_data["method"]
        return super().list_arguments() | {
            "amount_minor": None
            if units is None
            else Money.from_units(units, self.subject.currency).amount_minor,
            "method": PayoutMethod(method) if method else None,
        }


class MethodForm(ReasonForm):
    """By which way, and why."""

    method = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    field_order = ("method", "reason")

    def __init__(self, *args: Any, subject: Payout, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        method: Any = self.fields["method"]
        method.choices = _list_methods(subject.account)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"method": PayoutMethod(self.cleaned_data["method"])}


class ReferenceForm(ReasonForm):
    """The bank's name of the payment, and why."""

    reference = forms.CharField(
        max_length=140, widget=UnfoldAdminTextInputWidget, help_text="The bank's name of the payment."
    )
    field_order = ("reference", "reason")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"reference": self.cleaned_data["reference"]}


def _list_methods(account: PayoutAccount) -> list[tuple[str, str]]:
    return [
        (method.value, str(method.label)) for method in PayoutMethod if not find_obstacle(account, method)
    ]


def request_for_account(
    account_id: int,
    *,
    user: User,
    reason: str,
    amount_minor: int | None,
    method: PayoutMethod | None,
) -> Payout:
    """Ask for a payout to this account; somebody else has to approve it. Amounts are cents."""
    account = PayoutAccount.objects.get(pk=account_id)
    return request_payout(
        organization_id=account.organization_id,
        currency=account.currency,
        amount_minor=amount_minor,
        requester=Requester.of_staff(user),
        reason=reason,
        method=method,
    )


def is_paid_monthly(account: PayoutAccount) -> bool:
    """Say whether the seller of an account is paid every month."""
    mine = PayoutSchedule.objects.filter(organization=account.organization_id, currency=account.currency)
    return mine.filter(is_active=True).exists()


def tell_approval(payout: Payout) -> str:
    """Return what became of the approval."""
    if payout.status == PayoutStatus.REQUESTED:
        return "What would happen has changed since it was asked for: look at it once more, then approve it."
    return "The payout is approved."


APPROVE = Act(
    name="approve",
    title="Approve payout",
    done=tell_approval,
    pointless="It does not wait for approval.",
    applies=lambda payout: payout.status == PayoutStatus.REQUESTED,
    explain=lambda payout: [*explain_payout(payout), "Approved, exactly this is sent, and nothing else."],
    run=approve_payout,
    by_user=True,
    needs_factor=True,
)
REJECT = Act(
    name="reject",
    title="Reject payout",
    done="The payout is rejected; the seller is owed its sum again.",
    pointless="It was sent already, or has ended.",
    applies=lambda payout: payout.status in UNSENT,
    explain=explain_release,
    run=reject_payout,
    variant="danger",
    by_user=True,
    needs_factor=True,
)
CANCEL = Act(
    name="cancel",
    title="Take payout back",
    done="The payout is taken back; the seller is owed its sum again.",
    pointless="It was sent already, or has ended.",
    applies=lambda payout: payout.status in UNSENT,
    explain=explain_release,
    run=cancel_payout,
    variant="danger",
    needs_factor=True,
)
CHANGE_METHOD = Act(
    name="change_method",
    title="Change how it is made",
    done="It is made that way now, and must be approved anew.",
    pointless="It was sent already, or has ended.",
    applies=lambda payout: payout.status in UNSENT,
    explain=lambda payout: [*explain_payout(payout), "Who approved it has to approve it anew."],
    run=change_method,
    form=MethodForm,
    needs_factor=True,
    by_user=True,
)
SEND = Act(
    name="send",
    title="Record that it was made by hand",
    done="It is on its way.",
    pointless="It is not approved, or it is made in another way.",
    applies=lambda payout: (payout.status, payout.method) == (PayoutStatus.APPROVED, PayoutMethod.BY_HAND),
    explain=explain_transfer,
    run=send_by_hand,
    form=ReferenceForm,
    needs_factor=True,
)
SETTLE = Act(
    name="settle",
    title="Mark as paid",
    done="It is paid.",
    pointless="It is not on its way, or the processor is being asked about it.",
    applies=lambda payout: payout.status == PayoutStatus.SENT and payout.check_at is None,
    explain=lambda payout: [*explain_payout(payout), f"{payout.money} has left clearing."],
    run=settle_payout,
    needs_factor=True,
)
RETURN = Act(
    name="give_back",
    title="Mark as returned",
    done="It came back; the seller is owed its sum again.",
    pointless="It is neither on its way nor paid, or the processor is being asked about it.",
    applies=lambda payout: payout.status in ENDED_WITH_BANK and payout.check_at is None,
    explain=explain_release,
    run=return_payout,
    variant="danger",
    needs_factor=True,
)
ACTS = (APPROVE, SEND, SETTLE, RETURN, CHANGE_METHOD, REJECT, CANCEL)

REQUEST = Act(
    name="request_payout",
    title="Ask for a payout",
    done="The sum is locked, and somebody else has to approve the payout.",
    pointless="Payouts go to another account now.",
    applies=lambda account: account.replaced_at is None,
    explain=describe_balance,
    run=request_for_account,
    form=RequestForm,
    by_user=True,
    needs_factor=True,
)
PAY_MONTHLY = Act(
    name="pay_monthly",
    title="Pay every month",
    done="From now on all that is available is asked for every month.",
    pointless="The seller is paid every month, or payouts go to another account now.",
    applies=lambda account: account.replaced_at is None and not is_paid_monthly(account),
    explain=lambda account: ["Once a month, all that is available is asked for; somebody has to approve it."],
    run=partial(set_schedule, is_active=True),
    needs_factor=True,
    by_user=True,
)
STOP_MONTHLY = Act(
    name="stop_monthly",
    title="Stop paying every month",
    done="Nothing is asked for by itself any more.",
    pointless="The seller is not paid every month.",
    applies=is_paid_monthly,
    explain=lambda account: ["What was asked for goes on; nothing more is asked for by itself."],
    run=partial(set_schedule, is_active=False),
    by_user=True,
)
ACCOUNT_ACTS = (REQUEST, PAY_MONTHLY, STOP_MONTHLY)
