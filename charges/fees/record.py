"""Record what processors keep of captured attempts, and book it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from charges.models import Attempt, AttemptFee, AttemptState
from charges.rows import LockedAttempt
from core import clock
from core.bulk import insert_rows
from core.ledger_references import attempt_reference
from core.money import Money
from gateway.movements import Answer, Verdict
from ledger import postings
from ledger.postings import Posting, Source
from ledger.services import record_postings

FIRST_ASKED_AFTER = timedelta(minutes=10)


class NewFee(NamedTuple):
    """The columns of an AttemptFee."""

    attempt_id: int
    fee_minor: int | None
    currency: str
    available_on: datetime | None
    check_at: datetime | None


class LearnedFee(NamedTuple):
    """What is known of the fee of an attempt when its money has moved, and the posting of it."""

    row: NewFee
    posting: Posting | None = None


def read_fee(row: LockedAttempt, answer: Answer, at: datetime) -> LearnedFee | None:
    """Return what an approval says of the processor's fee; None for nothing.

    A fee that follows is asked for from ten minutes after `at` (UTC) on.
    """
    if answer.fee is not None:
        known = NewFee(
            row.attempt.id, answer.fee.amount_minor, answer.fee.currency, answer.available_on, check_at=None
        )
        reference = attempt_reference(row.charge.public_id, row.attempt.number)
        posting = _post_fee(
            answer.fee, reference=reference, name=row.charge.name, livemode=row.attempt.livemode, at=at
        )
        return LearnedFee(known, posting)
    if answer.fee_follows:
        return LearnedFee(NewFee(row.attempt.id, None, "", None, check_at=at + FIRST_ASKED_AFTER))
    return None


def _post_fee(fee: Money, *, reference: str, name: str, livemode: bool, at: datetime) -> Posting | None:
    """Return the posting of a fee in its own currency; None when the processor kept nothing."""
    if not fee.amount_minor:
        return None
    source = Source(reference, f"Fee: {name}"[:255], livemode, fee.currency, at)
    return postings.fee(source, fee_minor=fee.amount_minor)


def record_fees(fees: Sequence[LearnedFee]) -> None:
    """Write fees and their postings in the caller's transaction, which has locked the attempts.

    No statement at all for no fees.
    """
    insert_rows(AttemptFee, [fee.row for fee in fees])
    record_postings([fee.posting for fee in fees if fee.posting is not None])


@transaction.atomic(durable=True)
def record_late_fee(attempt_id: int, answer: Answer) -> None:
    """Record the fee of a captured attempt that was told after its money had moved; a known one stays."""
    if answer.verdict != Verdict.APPROVED or answer.fee is None:
        return
    # The lock on the attempt lets several who have asked write one after the other.
    captured = Attempt.objects.filter(
        pk=attempt_id, state=AttemptState.SUCCEEDED, on_own_account=False
    ).select_related("charge")
    attempt = captured.select_for_update(of=("self",), no_key=True).first()
    if attempt is None:
        return
    fee, _ = AttemptFee.objects.get_or_create(attempt=attempt)
    if fee.fee_minor is not None:
        return
    fee.fee_minor, fee.currency = answer.fee.amount_minor, answer.fee.currency
    fee.available_on, fee.check_at = answer.available_on, None
    fee.save()
    reference = attempt_reference(attempt.charge.public_id, attempt.number)
    posting = _post_fee(
        answer.fee,
        reference=reference,
        name=attempt.charge.name,
        livemode=attempt.livemode,
        at=clock.now(),
    )
    record_postings([posting] if posting else [])
