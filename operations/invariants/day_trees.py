"""Invariants of the trees of days: what was closed and signed is what the ledger says today."""

from datetime import timedelta

from ledger.day_trees.checking import list_faults
from ledger.day_trees.leaves import write_digests_sql
from operations.invariants.base import Invariant, Row

HINT = (
    "Somebody has changed rows past the program. Compare with a backup and with roots that were handed out."
)
# Ten minutes for clocks, the work itself, and a long transaction that it waits for.
PATIENCE = timedelta(hours=3)


def find_faulty_trees() -> list[Row]:
    """Return the closed trees whose roots or signatures are not those of their leaves."""
    return [{"day": day, "fault": fault} for day, fault in list_faults()]


DAY_TREES = (
    Invariant(
        "I-48a",
        "Each ledger transaction that a tree took is there, and its entries are those that were hashed.",
        f"""
        SELECT tree.day, leaf.transaction_id, d.id IS NULL AS is_gone
        FROM ledger_treeleaf leaf
        LEFT JOIN ledger_daytree tree ON tree.id = leaf.tree_id
        LEFT JOIN ({write_digests_sql()}) d ON d.id = leaf.transaction_id
        WHERE d.digest IS DISTINCT FROM leaf.digest
        """,
        hint=HINT,
    ),
    Invariant(
        "I-48b",
        "The root of a closed day is that of its leaves and of the day before, signed by our own key.",
        search=find_faulty_trees,
        hint=HINT,
    ),
    Invariant(
        "I-48c",
        "What is dated in a day whose tree is closed is in a tree; what came late waits for the next one.",
        """
        SELECT t.id AS transaction_id, t.reference, t.created_at
        FROM ledger_ledgertransaction t LEFT JOIN ledger_treeleaf leaf ON leaf.transaction_id = t.id
        WHERE leaf.tree_id IS NULL AND t.created_at < (
            SELECT (MAX(day) + 1)::timestamp AT TIME ZONE 'UTC' FROM ledger_daytree
            WHERE closed_at IS NOT NULL)
        """,
        hint="The next tree takes it. If nobody posted into the past, find out where it comes from.",
        liveness=True,
    ),
    Invariant(
        "I-48d",
        "The tree of yesterday is closed in the first hours of a day.",
        """
        SELECT MAX(day) AS newest FROM ledger_daytree WHERE closed_at IS NOT NULL
        HAVING MAX(day) < ((%(now)s - %(patience)s) AT TIME ZONE 'UTC')::date - 1
        """,
        params={"patience": PATIENCE},
        hint="Are worker and beat running? A transaction that stays open for hours holds it up, too.",
        liveness=True,
    ),
)
