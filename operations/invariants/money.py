"""Invariants of the ledger and of amounts."""

from core.ledger_references import write_charge_reference
from core.transaction_ids import NEXT, OFFSET
from operations.invariants.base import Invariant

RESTORED = "If a dump was restored into another cluster, run: manage.py after_restore"
OURS = f"(pg_current_xact_id_if_assigned()::text::bigint + {OFFSET})"
# Whose money moved on an account of a merchant's own at the processor; none of it is in our ledger, or what
# is was taken out by one transaction (charges.migrations.0027).
ELSEWHERE = """
    SELECT DISTINCT charge_id FROM charges_attempt
    WHERE on_own_account AND state IN ('succeeded', 'returned')
"""
RETURNED = "SELECT charge_id FROM charges_attempt WHERE state = 'returned'"

MONEY = (
    Invariant(
        "I-01",
        "Every ledger transaction balances.",
        """
        SELECT transaction_id, SUM(amount_minor) AS out_by FROM ledger_ledgerentry
        GROUP BY transaction_id HAVING SUM(amount_minor) <> 0
        """,
    ),
    Invariant(
        "I-02",
        "Every ledger transaction has at least two entries and none of zero.",
        """
        SELECT t.id AS transaction_id, t.reference, COUNT(e.id) AS entries
        FROM ledger_ledgertransaction t LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
        GROUP BY t.id HAVING COUNT(e.id) < 2 OR BOOL_OR(e.amount_minor = 0)
        """,
    ),
    Invariant(
        "I-03",
        "All accounts of one currency and mode add up to zero.",
        """
        SELECT a.currency, a.livemode, SUM(e.amount_minor) AS out_by
        FROM ledger_ledgerentry e JOIN ledger_ledgeraccount a ON a.id = e.account_id
        GROUP BY a.currency, a.livemode HAVING SUM(e.amount_minor) <> 0
        """,
    ),
    Invariant(
        "I-04",
        "Every balance read (snapshot plus tail) is the sum of the account's entries.",
        """
        SELECT a.id AS account_id, COALESCE(s.balance_minor, 0) AS snapshot,
               COALESCE(rolled.total, 0) AS entries_before_the_mark
        FROM ledger_ledgeraccount a
        LEFT JOIN ledger_balancesnapshot s ON s.account_id = a.id
        LEFT JOIN (
            SELECT account_id, SUM(amount_minor) AS total FROM ledger_ledgerentry
            WHERE xact < (SELECT xact FROM ledger_rollupmark WHERE id = 1) GROUP BY account_id
        ) rolled ON rolled.account_id = a.id
        WHERE COALESCE(s.balance_minor, 0) <> COALESCE(rolled.total, 0)
        """,
        hint=RESTORED,
    ),
    Invariant(
        "I-05",
        "No ledger transaction mixes currencies, or test with live.",
        """
        SELECT e.id AS entry_id, t.reference FROM ledger_ledgerentry e
        JOIN ledger_ledgeraccount a ON a.id = e.account_id
        JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
        WHERE a.currency <> t.currency OR a.livemode <> t.livemode
        """,
    ),
    Invariant(
        "I-06",
        "No entry, event, mark or position is of a database transaction that is still to come.",
        f"""
        SELECT 'entry' AS row, e.id::text, e.xact, {NEXT} AS next_transaction FROM ledger_ledgerentry e
        WHERE e.xact >= {NEXT} AND e.xact IS DISTINCT FROM {OURS}
        UNION ALL
        SELECT 'event', e.id::text, e.xact, {NEXT} FROM events_event e
        WHERE e.xact >= {NEXT} AND e.xact IS DISTINCT FROM {OURS}
        UNION ALL
        SELECT marks.row, marks.id::text, marks.xact, {NEXT} FROM (
            SELECT 'balances', id, xact FROM ledger_rollupmark
            UNION ALL SELECT 'figures', id, xact FROM bookkeeping_figuremark
            UNION ALL SELECT 'tree of a day', id, start_xact FROM ledger_daytree
            UNION ALL SELECT 'mails', id, xact FROM mail_mailposition
            UNION ALL SELECT 'invoices', id, xact FROM invoicing_issuingposition
            UNION ALL SELECT 'endpoint', id, position_xact FROM webhooks_endpoint
        ) AS marks(row, id, xact) WHERE marks.xact > {NEXT} AND marks.xact IS DISTINCT FROM {OURS}
        """,
        hint=RESTORED,
    ),
    Invariant(
        "I-08",
        "Money that moved for a charge, payout or refund is in the ledger once, to the cent, for its seller.",
        f"""
        SELECT c.public_id AS charge, c.status, b.reference, b.gross, b.commission, b.seller
        FROM charges_charge c
        FULL JOIN (
            SELECT t.id, t.kind, t.reference, t.currency, MAX(a.organization_id) AS holder,
                   SUM(e.amount_minor) FILTER (WHERE a.kind = 'buyer_clearing') AS gross,
                   -SUM(e.amount_minor) FILTER (WHERE a.kind = 'commission_revenue') AS commission,
                   -SUM(e.amount_minor) FILTER (WHERE a.kind = 'seller_payable') AS seller
            FROM ledger_ledgertransaction t
            LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
            LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE t.kind IN ('collection', 'disbursement', 'refund') GROUP BY t.id
        ) b ON b.reference = {write_charge_reference("c.public_id")}
           AND b.kind = CASE c.kind WHEN 'charge' THEN 'collection' ELSE c.kind END
        CROSS JOIN LATERAL (SELECT CASE c.kind WHEN 'charge' THEN 1 ELSE -1 END AS sign) direction
        LEFT JOIN ({ELSEWHERE}) elsewhere ON elsewhere.charge_id = c.id
        LEFT JOIN ({RETURNED}) returned ON returned.charge_id = c.id
        CROSS JOIN LATERAL (SELECT c.status = 'success' OR returned.charge_id IS NOT NULL AS moved) ever
        WHERE elsewhere.charge_id IS NULL AND (moved IS DISTINCT FROM (b.id IS NOT NULL)
           OR (b.gross, COALESCE(b.commission, 0), COALESCE(b.seller, 0), b.currency) IS DISTINCT FROM
              (sign * c.total_minor, sign * c.commission_minor,
               sign * (c.total_minor - c.commission_minor), c.currency)
              AND moved
           OR b.seller <> 0 AND b.holder IS DISTINCT FROM c.payee_id)
        """,
    ),
    Invariant(
        "I-08b",
        "A refund that came back has failed and is posted back, once, to the cent, for its seller.",
        f"""
        SELECT COALESCE(w.reference, t.reference) AS reference, w.status, MAX(a.organization_id) AS holder,
               SUM(e.amount_minor * CASE a.kind WHEN 'buyer_clearing' THEN 1 ELSE 0 END) AS gross
        FROM (
            SELECT c.*, {write_charge_reference("c.public_id")} AS reference
            FROM charges_charge c JOIN ({RETURNED}) returned ON returned.charge_id = c.id
            WHERE c.id NOT IN (SELECT charge_id FROM charges_attempt WHERE on_own_account)
        ) w
        FULL JOIN (SELECT * FROM ledger_ledgertransaction WHERE kind = 'refund_returned') t
            ON t.reference = w.reference
        LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
        LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
        GROUP BY w.id, w.reference, w.kind, w.status, w.total_minor, w.commission_minor, w.payee_id,
                 t.id, t.reference
        HAVING w.id IS NULL OR t.id IS NULL OR (w.kind, w.status) <> ('refund', 'failed')
            OR SUM(CASE a.kind WHEN 'buyer_clearing' THEN e.amount_minor ELSE 0 END) <> w.total_minor
            OR SUM(CASE a.kind WHEN 'commission_revenue' THEN e.amount_minor ELSE 0 END)
               <> -w.commission_minor
            OR MAX(a.organization_id) <> w.payee_id
        """,
    ),
    Invariant(
        "I-08a",
        "Nothing is owed to an organisation of what it collected on an account of its own.",
        f"""
        SELECT a.organization_id AS holder, a.currency, a.livemode, SUM(e.amount_minor) AS out_by
        FROM ledger_ledgertransaction t
        JOIN ledger_ledgerentry e ON e.transaction_id = t.id
        JOIN ledger_ledgeraccount a ON a.id = e.account_id AND a.kind = 'seller_payable'
        WHERE t.kind = 'collected_elsewhere'
            OR t.kind IN ('collection', 'disbursement', 'refund', 'refund_returned')
            AND t.reference IN (
                SELECT {write_charge_reference("c.public_id")}
                FROM ({ELSEWHERE}) elsewhere JOIN charges_charge c ON c.id = elsewhere.charge_id)
        GROUP BY a.id HAVING SUM(e.amount_minor) <> 0
        """,
    ),
    Invariant(
        "I-11",
        "Price times quantity is the total; commission is its percentage, rounded half up but for refunds.",
        """
        SELECT public_id AS charge, price_minor, quantity, total_minor, commission_percent, commission_minor
        FROM charges_charge
        WHERE total_minor <> price_minor * quantity
           OR commission_minor <> (total_minor * commission_percent + 50) / 100 AND kind <> 'refund'
           OR commission_minor NOT BETWEEN 0 AND total_minor OR total_minor <= 0
        """,
    ),
    Invariant(
        "I-12",
        "What refunds and disputes give back of a charge stays within what it collected, with commission.",
        """
        SELECT c.public_id AS charge, c.kind, c.status, c.total_minor, SUM(g.total) AS given_back
        FROM (
            SELECT refund_of_id AS charge_id, total_minor AS total, commission_minor AS commission
            FROM charges_charge WHERE refund_of_id IS NOT NULL AND status <> 'failed'
            UNION ALL
            SELECT charge_id, amount_minor, COALESCE(commission_minor, 0)
            FROM charges_dispute WHERE status <> 'won'
        ) g
        JOIN charges_charge c ON c.id = g.charge_id
        GROUP BY c.id
        HAVING SUM(g.total) > c.total_minor OR SUM(g.commission) > c.commission_minor
            OR c.kind <> 'charge' OR c.status <> 'success'
        """,
    ),
    Invariant(
        "I-15",
        "Amounts are whole numbers: no column holds money as a float, or in less than 64 bits.",
        """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = current_schema()
          AND (data_type IN ('real', 'double precision', 'money')
               OR column_name LIKE '%%_minor' AND data_type <> 'bigint')
        """,
    ),
)
