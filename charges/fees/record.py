"""Record what processors keep of captured attempts, and book it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from charges.models import AttemptFee
from charges.rows import LockedAttempt
from core.bulk import insert_rows
from core.keys import attempt_reference
from core.money import Money
from gateway.movements import Answer
from ledger import postings
from ledger.postings import Posting, Source
from ledger.services import Journal

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
        posting = post_fee(
            answer.fee, reference=reference, name=row.charge.name, livemode=row.attempt.livemode, at=at
        )
        return LearnedFee(known, posting)
    if answer.fee_follows:
        return LearnedFee(NewFee(row.attempt.id, None, "", None, check_at=at + FIRST_ASKED_AFTER))
    return None


def post_fee(fee: Money, *, reference: str, name: str, livemode: bool, at: datetime) -> Posting | None:
    """Return the posting of a fee in its own currency; None when the processor kept nothing."""
    if not fee.amount_minor:
        return None
    source = Source(reference, f"Fee: {name}"[:255], livemode, fee.currency, at)
    return postings.fee(source, fee_minor=fee.amount_minor)


def record_fees(fees: Sequence[LearnedFee]) -> None:
    """Write fees and their postings in the caller's transaction, which has locked the attempts.

    One statement a table, and none at all for no fees.
    """
    if not fees:
        return
    posted = [fee.posting for fee in fees if fee.posting is not None]
    journal = Journal(posted) if posted else None
    insert_rows(AttemptFee, [fee.row for fee in fees])
    if journal is not None:
        journal.write()
