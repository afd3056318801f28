"""Asking processors for fees that were not known when the money moved."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from charges.collection.sending import describe_attempt
from charges.collection.sweeps import work_on_each
from charges.fees.record import post_fee
from charges.models import Attempt, AttemptFee
from charges.processor.gateway_for import open_gateway_for
from core import clock
from core.keys import attempt_reference
from core.money import Money
from gateway.movements import Verdict
from ledger.services import Journal

BATCH = 200
FIRST_DELAY = timedelta(minutes=10)
LONGEST_DELAY = timedelta(hours=12)
ASKED_FOR = timedelta(days=7)

log = structlog.get_logger(__name__)


def learn_due_fees() -> int:
    """Ask for up to a batch of fees, several at once, and return how many were due.

    Any number of workers may run it. A fee that is not known after a week is not asked for any more.
    """
    due = AttemptFee.objects.filter(check_at__lte=clock.now()).order_by("check_at")
    return work_on_each(learn_fee, due.values_list("pk", flat=True)[:BATCH])


def learn_fee(attempt_id: int) -> None:
    """Ask for the fee of one attempt if that is due, and record it. Call it outside transactions."""
    fee = _take_over(attempt_id)
    if fee is None:
        return
    attempt = fee.attempt
    answer = open_gateway_for(attempt).lookup(describe_attempt(attempt, lease_ends=clock.now()).movement)
    if answer.verdict == Verdict.APPROVED and answer.fee is not None:
        _record(fee.attempt, answer.fee, answer.available_on)


def _take_over(attempt_id: int) -> AttemptFee | None:
    """Note when to ask next, if ever, and return the fee to ask for now."""
    with transaction.atomic(durable=True):
        due = AttemptFee.objects.filter(pk=attempt_id, check_at__lte=clock.now())
        fee = due.select_related("attempt__charge").select_for_update(skip_locked=True, of=("self",)).first()
        if fee is None:
            return None
        is_last = clock.now() - (fee.attempt.resolved_at or clock.now()) > ASKED_FOR
        delay = min(FIRST_DELAY * 2**fee.checks, LONGEST_DELAY)
        fee.check_at = None if is_last else clock.now() + delay
        fee.checks += 1
        fee.save(update_fields=["check_at", "checks"])
        if is_last:
            log.warning("fee asked for the last time", attempt=fee.attempt.key)
        return fee


def _record(attempt: Attempt, money: Money, available_on: datetime | None) -> None:
    with transaction.atomic(durable=True):
        fee = AttemptFee.objects.select_for_update().filter(pk=attempt.pk, fee_minor=None).first()
        if fee is None:
            return
        fee.fee_minor, fee.currency = money.amount_minor, money.currency
        fee.available_on, fee.check_at = available_on, None
        fee.save()
        posting = post_fee(
            money,
            reference=attempt_reference(attempt.charge.public_id, attempt.number),
            name=attempt.charge.name,
            livemode=attempt.livemode,
            at=clock.now(),
        )
        if posting is not None:
            Journal([posting]).write()
