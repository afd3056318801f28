"""Locking what an outcome changes, always in one order: subscription, charge, attempt, ledger accounts."""

from collections.abc import Collection

from charges.rows import AttemptRow, ChargeRow, LockedAttempt
from core.bulk import list_columns, run_query, write_array

WIDTH = len(AttemptRow._fields)
ATTEMPTS = f"""
SELECT {list_columns("a", AttemptRow)}, {list_columns("c", ChargeRow)}
FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
WHERE a.id = ANY(%s::bigint[])
ORDER BY c.id, a.id FOR NO KEY UPDATE OF c, a
"""


def lock_attempts(attempt_ids: Collection[int]) -> list[LockedAttempt]:
    """Lock the charges of these attempts, in the order of their ids, and the attempts, and return both."""
    return [
        LockedAttempt(AttemptRow._make(row[:WIDTH]), ChargeRow._make(row[WIDTH:]))
        for row in run_query(ATTEMPTS, [write_array(attempt_ids)])
    ]
