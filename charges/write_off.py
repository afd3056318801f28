"""Writing off a payment that failed and is tried again: it is not asked for any more; nothing is booked."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from approvals.four_eyes import approve, check_reason, name_staff, request_approval, take_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from charges.collection.outcome_postings import tell_subscription
from charges.collection.outcome_types import Change
from charges.collection.outcomes import given_up
from charges.collection.settle import SettlementListener, make_listener, write_changes
from charges.errors import ChargeNotFound, NothingToWriteOff
from charges.models import LIVE_STATES, WRITTEN_OFF, Charge, ChargeKind, ChargeStatus
from charges.rows import read_charge
from core import clock

MESSAGE = "It is not asked for any more."


@transaction.atomic
def write_off_charge(*, charge_id: int, reason: str, requested_by: User) -> Change | Approval:
    """Ask for the money of a charge no more; the subscription that it is of is frozen.

    Nothing is booked, because nothing was earned yet. Above REFUND_APPROVAL_LIMIT nothing changes until a
    second person approves it; then the approval is returned. Raises ChargeNotFound, NothingToWriteOff,
    AlreadyRequested, InvalidField.
    """
    charge, listener = _lock(charge_id)
    if not can_be_written_off(charge):
        raise NothingToWriteOff
    if charge.test or charge.total_minor <= count_alone(charge.currency):
        return _write(charge, listener, actor=name_staff(requested_by), reason=check_reason(reason))
    return request_approval(
        act=ApprovalAct.WRITE_OFF,
        subject=name_write_off(charge),
        terms=work_out_terms(charge),
        requested_by=requested_by,
        reason=reason,
    )


@transaction.atomic
def approve_write_off(approval: Approval, *, decided_by: User) -> Approval:
    """Approve a write-off and make it, as another person than who asked; return the approval as it is now.

    It is void if the charge was paid or changed meanwhile. Raises what `approvals.four_eyes.approve` raises.
    """
    found = Charge.objects.get(public_id=approval.details["charge"])
    charge, listener = _lock(found.pk)
    decided = approve(approval=approval, decided_by=decided_by, terms=work_out_terms(charge))
    if decided.status == ApprovalStatus.APPROVED:
        take_approval(act=ApprovalAct.WRITE_OFF, subject=decided.subject, terms=work_out_terms(charge))
        _write(charge, listener, actor=name_staff(decided_by), reason=decided.reason)
        decided.refresh_from_db()
    return decided


def can_be_written_off(charge: Charge) -> bool:
    """Say whether a charge failed before, waits for its next try, and none is under way."""
    is_waiting = charge.kind == ChargeKind.CHARGE and charge.status == ChargeStatus.PROCESSED
    if not is_waiting or charge.failure_count == 0 or charge.collect_at is None:
        return False
    return not charge.attempts.filter(state__in=LIVE_STATES).exists()


def count_alone(currency: str) -> int:
    """Return the minor units (cents) that one person may write off: as much as one may give back."""
    return int(settings.REFUND_APPROVAL_LIMIT.get(currency, 0))


def name_write_off(charge: Charge) -> str:
    """Return the natural key under which a second person approves it."""
    return f"write_off:{charge.public_id}"


def work_out_terms(charge: Charge) -> dict[str, Any]:
    """Return what a write-off does; amounts are minor units (cents)."""
    return {
        "charge": str(charge.public_id),
        "currency": charge.currency,
        "amount_minor": charge.total_minor,
        "livemode": not charge.test,
        "open": can_be_written_off(charge),
    }


def _lock(charge_id: int) -> tuple[Charge, SettlementListener]:
    """Lock subscription and charge, in this order. Raises ChargeNotFound."""
    listener = make_listener(charge_ids=[charge_id])
    charge = Charge.objects.filter(pk=charge_id).select_for_update(no_key=True).first()
    if charge is None:
        raise ChargeNotFound
    return charge, listener


def _write(charge: Charge, listener: SettlementListener, *, actor: str, reason: str) -> Change:
    now = clock.now()
    move = given_up(read_charge(charge), reason, now)
    # The reason is for staff; buyers and sellers read the message.
    after = move.after._replace(failure_code=WRITTEN_OFF, failure_message=MESSAGE)
    payment = tell_subscription(after, now, is_paid=False)
    change = Change(charge=move._replace(after=after), payment=payment)
    write_changes([change], listener, actor=actor)
    return change
