"""The journal as CSV: a line for each entry. Columns are only ever added, at the end."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bookkeeping.exports.cells import write_instant, write_rows
from core.money import Money
from ledger.journal import JournalEntry, stream_journal

COLUMNS = (
    "transaction_id",
    "booked_at",
    "occurred_at",
    "kind",
    "reference",
    "description",
    "account",
    "organization_id",
    "organization",
    "currency",
    "amount_minor",
    "amount",
    "mode",
)


def write_journal(start: datetime, end: datetime, *, livemode: bool = True) -> Iterator[str]:
    """Return the lines of the file for a time (UTC), reading as they are taken."""
    mode = "live" if livemode else "test"
    entries = stream_journal(start, end, livemode=livemode)
    yield from write_rows([COLUMNS])
    yield from write_rows((*_describe(entry), mode) for entry in entries)


def _describe(entry: JournalEntry) -> Sequence[Any]:
    return [
        entry.public_id,
        write_instant(entry.created_at),
        write_instant(entry.occurred_at),
        entry.kind,
        entry.reference,
        entry.description,
        entry.account_kind,
        entry.organization_public_id or "",
        entry.organization_name or "",
        entry.currency,
        entry.amount_minor,
        Money(entry.amount_minor, entry.currency).units,
    ]
