"""The journal of a time, entry by entry, read page by page."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.bulk import run_query

PAGE = 2_000
ENTRIES = """
SELECT t.id, t.public_id, t.kind, t.reference, t.description, t.currency, t.created_at, t.occurred_at,
       a.kind, a.organization_id, o.public_id, o.name, e.amount_minor
FROM (
    SELECT * FROM ledger_ledgertransaction
    WHERE id > %(after)s AND livemode = %(livemode)s AND created_at >= %(start)s AND created_at < %(end)s
    ORDER BY id LIMIT %(limit)s
) t
JOIN ledger_ledgerentry e ON e.transaction_id = t.id
JOIN ledger_ledgeraccount a ON a.id = e.account_id
LEFT JOIN customers_organization o ON o.id = a.organization_id
ORDER BY t.id, e.id
"""
# Ids are given out in the order of time, but for what was dated back or forward.
FIRST = """
SELECT COALESCE(MIN(id), 0) - 1 FROM ledger_ledgertransaction
WHERE created_at >= %(start)s AND created_at < %(end)s AND livemode = %(livemode)s
"""


class JournalEntry(NamedTuple):
    """One entry with its transaction and its account (cents, debit positive; UTC)."""

    transaction_id: int
    public_id: UUID
    kind: str
    reference: str
    description: str
    currency: str
    created_at: datetime
    occurred_at: datetime | None
    account_kind: str
    organization_id: int | None
    organization_public_id: UUID | None
    organization_name: str | None
    amount_minor: int


def stream_journal(start: datetime, end: datetime, *, livemode: bool = True) -> Iterator[JournalEntry]:
    """Return the entries that count from one instant until before another, in the order of their ids."""
    params = {"start": start, "end": end, "livemode": livemode, "limit": PAGE}
    [(after,)] = run_query(FIRST, params)
    while True:
        page = [JournalEntry._make(row) for row in run_query(ENTRIES, params | {"after": after})]
        if not page:
            return
        yield from page
        after = page[-1].transaction_id
