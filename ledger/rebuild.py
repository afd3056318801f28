"""Recomputing all balances from the entries, for a dump that was restored into another cluster.

Snapshots and mark count by PostgreSQL's transaction ids, which start anew in another cluster: entries
would carry ids that are still to come, and new ones would look as if they were rolled up already.
"""

from dataclasses import dataclass

import pgtrigger
from django.db import connection, transaction

from core.transaction_ids import HORIZON
from ledger.day_trees.close import start_anew
from ledger.entry_sums import forget_sums

# Writers wait: what has been posted is committed and therefore seen, what comes later is after the mark.
HOLD_WRITERS = "LOCK TABLE ledger_ledgerentry, ledger_rollupmark IN SHARE ROW EXCLUSIVE MODE"
PUT_INTO_PAST = "UPDATE ledger_ledgerentry SET xact = 0 WHERE xact >= %s"
SUM_UP = """
INSERT INTO ledger_balancesnapshot (account_id, balance_minor)
SELECT account_id, SUM(amount_minor) FROM ledger_ledgerentry GROUP BY account_id ORDER BY account_id
"""
SET_MARK = """
INSERT INTO ledger_rollupmark (id, xact) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET xact = EXCLUDED.xact
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many entries were put before the mark, and of how many accounts the balance was summed up."""

    entries_moved: int
    accounts: int


@transaction.atomic(durable=True)
def rebuild_balances() -> Rebuilt:
    """Sum up every account anew and let the roll-up go on from here; posting waits meanwhile.

    No amount changes: only the transaction id of an entry does, where this cluster has not reached it.
    """
    with pgtrigger.ignore("ledger.LedgerEntry:append_only"), connection.cursor() as cursor:
        cursor.execute(HOLD_WRITERS)
        cursor.execute(f"SELECT {HORIZON}")
        [horizon] = cursor.fetchone()
        cursor.execute(PUT_INTO_PAST, [horizon])
        moved = cursor.rowcount
        cursor.execute("DELETE FROM ledger_balancesnapshot")
        cursor.execute(SUM_UP)
        accounts = cursor.rowcount
        cursor.execute(SET_MARK, [horizon])
    start_anew()
    forget_sums()
    return Rebuilt(entries_moved=moved, accounts=accounts)
