"""Invariants of the ledger and of amounts."""

from core.ledger_references import write_charge_reference
from core.transaction_ids import NEXT, OFFSET
from operations.invariants.base import Invariant, Part
from operations.invariants.joins import BOOKED, CHARGES, ELSEWHERE, RETURNED

RESTORED = "If a dump was restored into another cluster, run: manage.py after_restore"
OURS = f"(pg_current_xact_id_if_assigned()::text::bigint + {OFFSET})"

MONEY = (
    Invariant(
        "I-01",
        "Every ledger transaction balances.",
        parts=(Part(BOOKED, "b.transaction_id, b.total AS out_by", "b.total <> 0"),),
    ),
    Invariant(
        "I-02",
        "Every ledger transaction has at least two entries and none of zero.",
        parts=(
            Part(
                BOOKED,
                "b.id AS transaction_id, b.reference, COALESCE(b.entries, 0) AS entries",
                "b.id IS NOT NULL AND (COALESCE(b.entries, 0) < 2 OR b.has_zero)",
            ),
        ),
    ),
    Invariant(
        "I-03",
        "All accounts of one currency and mode add up to zero.",
        """
        SELECT a.currency, a.livemode, SUM(e.total) AS out_by
        FROM (
            SELECT account_id, SUM(amount_minor) AS total FROM ledger_ledgerentry GROUP BY account_id
        ) e JOIN ledger_ledgeraccount a ON a.id = e.account_id
        GROUP BY a.currency, a.livemode HAVING SUM(e.total) <> 0
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
        parts=(
            Part(
                BOOKED,
                """b.id AS transaction_id, b.reference, b.currency, b.first_currency, b.last_currency,
                   b.livemode, b.is_some_live, b.is_all_live""",
                """b.first_currency <> b.currency OR b.last_currency <> b.currency
                   OR b.is_some_live <> b.livemode OR b.is_all_live <> b.livemode""",
            ),
        ),
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
        parts=(
            Part(
                BOOKED,
                "c.public_id AS charge, c.status, b.reference, b.gross, b.commission, b.seller",
                # All kinds of ledger transactions are in the join, though only these book charges.
                """(b.id IS NULL OR b.kind IN ('collection', 'disbursement', 'refund'))
                   AND (c.id IS NOT NULL OR b.id IS NOT NULL) AND elsewhere.charge_id IS NULL
                   AND (moved IS DISTINCT FROM (b.id IS NOT NULL)
                   OR (b.gross, COALESCE(b.commission, 0), COALESCE(b.seller, 0), b.currency) IS DISTINCT FROM
                      (sign * c.total_minor, sign * c.commission_minor,
                       sign * (c.total_minor - c.commission_minor), c.currency)
                      AND moved
                   OR b.seller <> 0 AND b.holder IS DISTINCT FROM c.payee_id)""",
            ),
        ),
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
        parts=(
            Part(
                CHARGES,
                """c.public_id AS charge, c.price_minor, c.quantity, c.total_minor, c.commission_percent,
                   c.commission_minor""",
                """c.total_minor <> c.price_minor * c.quantity
                   OR c.commission_minor <> (c.total_minor * c.commission_percent + 50) / 100
                      AND c.kind <> 'refund'
                   OR c.commission_minor NOT BETWEEN 0 AND c.total_minor OR c.total_minor <= 0""",
            ),
        ),
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
