"""Asking processors for fees that were not known when the money moved."""

from datetime import timedelta

import structlog
from django.db import transaction

from charges.collection.sending import describe_attempt
from charges.collection.sweeps import work_on_each
from charges.fees.record import record_late_fee
from charges.models import AttemptFee
from charges.processor.gateway_for import open_gateway_for
from core import clock

BATCH = 200
FIRST_DELAY = timedelta(minutes=10)
LONGEST_DELAY = timedelta(hours=12)
ASKED_FOR = timedelta(days=14)

log = structlog.get_logger(__name__)


def learn_due_fees() -> int:
    """Ask for up to a batch of fees, several at once, and return how many were due.

    Any number of workers may run it. A fee that is not known after two weeks is not asked for any more.
    """
    due = AttemptFee.objects.filter(check_at__lte=clock.now()).order_by("check_at")
    return work_on_each(learn_fee, due.values_list("pk", flat=True)[:BATCH])


def learn_fee(attempt_id: int) -> None:
    """Ask for the fee of one attempt if that is due, and record it. Call it outside transactions."""
    fee = _take_over(attempt_id)
    if fee is None:
        return
    attempt = fee.attempt
    movement = describe_attempt(attempt, lease_ends=clock.now()).movement
    record_late_fee(attempt.pk, open_gateway_for(attempt).lookup(movement))


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
