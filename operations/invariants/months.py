"""Invariants of closed months."""

from operations.invariants.base import Invariant

ENTRIES = """
    SELECT m.id AS month_id, e.account_id, t.kind, t.reference, e.id AS entry_id, e.amount_minor
    FROM ledger_month m
    JOIN ledger_ledgertransaction t
        ON t.livemode AND t.created_at >= m.starts_at AND t.created_at < m.ends_at
    JOIN ledger_ledgerentry e ON e.transaction_id = t.id
    WHERE m.closed_at IS NOT NULL
"""
MONTHS = (
    Invariant(
        "I-10",
        "The lists of processors were read to their ends before a month was closed, after it was over.",
        """
        SELECT m.id AS month_id, r.gateway, r.finished_at FROM ledger_month m
        JOIN bookkeeping_reading r ON r.month_id = m.id
        WHERE m.closed_at IS NOT NULL AND (r.finished_at IS NULL OR r.finished_at < m.ends_at)
        """,
    ),
    Invariant(
        "I-14",
        "What a processor lists otherwise than we have it in a closed month is settled, with a reason.",
        """
        SELECT m.id AS month_id, d.gateway, d.reference, d.kind, d.listed_minor, d.ours_minor
        FROM ledger_month m JOIN bookkeeping_difference d ON d.month_id = m.id
        WHERE m.closed_at IS NOT NULL AND (d.settled_at IS NULL OR d.reason = '')
        """,
    ),
    Invariant(
        "I-47a",
        "Nothing was posted into a month after its close.",
        f"""
        SELECT entries.month_id, entries.reference, entries.entry_id
        FROM ({ENTRIES}) entries JOIN ledger_month m ON m.id = entries.month_id
        WHERE entries.entry_id NOT BETWEEN m.first_entry AND m.last_entry
        """,
    ),
    Invariant(
        "I-47b",
        "What moved in a closed month, as it was stored, is the sum of its entries.",
        f"""
        SELECT COALESCE(u.month_id, s.month_id) AS month_id,
               COALESCE(u.account_id, s.account_id) AS account_id, COALESCE(u.kind, s.kind) AS kind,
               u.amount_minor AS stored, s.amount AS entries
        FROM ledger_monthturnover u
        FULL JOIN (
            SELECT month_id, account_id, kind, SUM(amount_minor) AS amount, COUNT(*) AS number
            FROM ({ENTRIES}) entries GROUP BY month_id, account_id, kind
        ) s ON (s.month_id, s.account_id, s.kind) = (u.month_id, u.account_id, u.kind)
        WHERE (u.amount_minor, u.entries) IS DISTINCT FROM (s.amount, s.number)
        """,
    ),
    Invariant(
        "I-47c",
        "A closed month opens with the balances that the one before closed with, and moves from them.",
        """
        SELECT b.month_id, b.account_id, b.opening_minor, b.closing_minor, before.closing_minor AS before
        FROM ledger_monthbalance b
        JOIN ledger_month m ON m.id = b.month_id
        LEFT JOIN (
            SELECT b.account_id, b.closing_minor, m.ends_at
            FROM ledger_monthbalance b JOIN ledger_month m ON m.id = b.month_id
        ) before ON (before.account_id, before.ends_at) = (b.account_id, m.starts_at)
        LEFT JOIN (
            SELECT month_id, account_id, SUM(amount_minor) AS amount
            FROM ledger_monthturnover GROUP BY month_id, account_id
        ) moved ON (moved.month_id, moved.account_id) = (b.month_id, b.account_id)
        WHERE b.closing_minor <> b.opening_minor + COALESCE(moved.amount, 0)
           OR b.opening_minor <> COALESCE(before.closing_minor, 0)
              AND EXISTS (SELECT FROM ledger_month earlier WHERE earlier.ends_at = m.starts_at)
        """,
    ),
    Invariant(
        "I-47d",
        "A seller has a statement of each closed month, with the balances and the lines of its account.",
        """
        SELECT b.month_id, b.account_id, b.closing_minor, s.closing_minor AS statement,
               moved.number, s.line_count
        FROM ledger_monthbalance b
        JOIN ledger_ledgeraccount a ON a.id = b.account_id
        LEFT JOIN bookkeeping_statement s ON (s.month_id, s.account_id) = (b.month_id, b.account_id)
        LEFT JOIN (
            SELECT month_id, account_id, SUM(entries) AS number
            FROM ledger_monthturnover GROUP BY month_id, account_id
        ) moved ON (moved.month_id, moved.account_id) = (b.month_id, b.account_id)
        WHERE a.kind = 'seller_payable'
          AND (-b.opening_minor, -b.closing_minor, COALESCE(moved.number, 0)) IS DISTINCT FROM
              (COALESCE(s.opening_minor, 0), COALESCE(s.closing_minor, 0), COALESCE(s.line_count, 0))
        """,
    ),
)
