"""Apply outcomes of attempts: attempts, charges, ledger, receivables and subscriptions in one transaction.

It takes many outcomes at once; one outcome is a batch of one. The rules are in `charges.collection.outcomes`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from charges.collection.contradictions import contradicts, is_left_to_a_person
from charges.collection.locking import lock_attempts
from charges.collection.outcome_types import Change, Outcome
from charges.collection.outcomes import work_out_change
from charges.collection.post_receivables import post_receivables
from charges.fees.record import record_fees
from charges.history import SYSTEM, write_attempts, write_moves
from charges.models import AttemptState
from charges.rows import LockedAttempt, PeriodPayment
from core import clock
from core.bulk import find_rows_by_keys, without_waiting
from core.failpoints import failpoint
from ledger.services import record_postings

log = structlog.get_logger(__name__)


class SettlementListener(Protocol):
    """Moves subscriptions along with their payments; the settings name it in the layer above."""

    def __init__(self, *, attempt_ids: Collection[int] = (), charge_ids: Collection[int] = ()) -> None:
        """Lock the subscriptions of these attempts or charges, before those are locked."""

    def apply(self, payments: Sequence[PeriodPayment]) -> None:
        """Write what follows from payments that arrived or failed."""


def settle_outcomes(outcomes: Mapping[int, Outcome]) -> None:
    """Apply outcomes by attempt id; an attempt that is resolved, or left to a person, stays as it is."""
    if not outcomes:
        return
    with transaction.atomic(durable=True):
        find_rows_by_keys()
        listener = make_listener(attempt_ids=outcomes)
        now = clock.now()
        changes = []
        for row in lock_attempts(outcomes):
            outcome = outcomes[row.attempt.id]
            change = None if is_left_to_a_person(row, outcome) else work_out_change(row, outcome, now)
            _report(row, outcome, change)
            if change is not None:
                changes.append(change)
        write_changes(changes, listener)
        failpoint("settle.before_commit")
    failpoint("settle.committed")


def make_listener(*, attempt_ids: Iterable[int] = (), charge_ids: Iterable[int] = ()) -> SettlementListener:
    """Lock the subscriptions that these attempts or charges belong to, and return the listener for them."""
    listener: type[SettlementListener] = import_string(settings.SETTLEMENT_LISTENER)
    return listener(attempt_ids=tuple(attempt_ids), charge_ids=tuple(charge_ids))


def write_changes(changes: Sequence[Change], listener: SettlementListener, *, actor: str = SYSTEM) -> None:
    """Write each table with one statement, in the caller's transaction."""
    post_receivables([change.receivable for change in changes if change.receivable])
    with without_waiting():
        write_attempts([change.attempt for change in changes if change.attempt])
        write_moves([change.charge for change in changes if change.charge], actor=actor)
        record_postings([change.posting for change in changes if change.posting])
        record_fees([change.fee for change in changes if change.fee])
        listener.apply([change.payment for change in changes if change.payment])


def _report(row: LockedAttempt, outcome: Outcome, change: Change | None) -> None:
    if change is None and contradicts(row, outcome):
        log.error("gateway contradicts itself", attempt=row.attempt.key, outcome=outcome)
    after = change.attempt if change else None
    if after is not None and after.state == AttemptState.NEEDS_REVIEW:
        log.error("attempt needs review", attempt=after.key, reason=after.message)
