"""Invariants of the sums of entries, from which balances as of any instant are read."""

from operations.invariants.base import Invariant

ENTRY_SUMS = (
    Invariant(
        "I-49",
        "What is summed up of an account and day is the sum of its entries, and none of them is left out.",
        """
        SELECT COALESCE(s.account_id, own.account_id) AS account_id, COALESCE(s.day, own.day) AS day,
               COALESCE(s.block_end, own.block_end) AS block_end, s.amount_minor AS stored, own.amount
        FROM ledger_entrysum s
        FULL JOIN (
            SELECT e.account_id, (t.created_at AT TIME ZONE 'UTC')::date AS day,
                   ends.list[width_bucket(e.id - 1, ends.list) + 1] AS block_end,
                   MIN(e.id) AS first_entry, MAX(e.id) AS last_entry,
                   MIN(t.created_at) AS earliest, MAX(t.created_at) AS latest,
                   SUM(e.amount_minor) AS amount, COUNT(*) AS number
            FROM ledger_ledgerentry e
            JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
            CROSS JOIN (
                SELECT COALESCE(array_agg(DISTINCT block_end ORDER BY block_end), '{}') AS list
                FROM ledger_entrysum
            ) ends
            WHERE e.id <= (SELECT last_entry FROM ledger_summark WHERE id = 1)
            GROUP BY 1, 2, 3
        ) own ON (own.account_id, own.day, own.block_end) = (s.account_id, s.day, s.block_end)
        WHERE (s.first_entry, s.last_entry, s.earliest, s.latest, s.amount_minor, s.entries)
            IS DISTINCT FROM
            (own.first_entry, own.last_entry, own.earliest, own.latest, own.amount, own.number)
        """,
        hint="Balances as of an instant are wrong, those of now are not. Run: manage.py rebuild_balances",
    ),
)
