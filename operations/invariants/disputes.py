"""Invariants of disputes and of what processors keep."""

from core.ledger_references import write_attempt_reference, write_dispute_reference
from operations.invariants.base import Invariant

# What the ledger transactions of some kinds put on each kind of account, in columns of their own.
BOOKED = """
    SELECT t.reference, t.kind, t.currency, t.livemode, MAX(a.organization_id) AS holder,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'disputed'), 0)::bigint AS disputed,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'buyer_clearing'), 0)::bigint AS clearing,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'seller_payable'), 0)::bigint AS seller,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'commission_revenue'), 0)::bigint
           AS commission,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'processor_fees'), 0)::bigint AS fee
    FROM ledger_ledgertransaction t
    LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
    LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
    WHERE t.kind IN ({kinds}) GROUP BY t.id
"""
MOVES = "b.currency, b.livemode, b.holder, b.disputed, b.clearing, b.seller, b.commission"

DISPUTES = (
    Invariant(
        "I-41a",
        "A dispute is in the ledger as far as it has come, once, to the cent, and its own seller bears it.",
        f"""
        SELECT reference, kind, w.amount, b.disputed, b.clearing, b.seller, b.commission
        FROM (
            SELECT d.reference, d.kind, d.amount_minor AS amount,
                   (d.currency, d.livemode,
                    CASE WHEN d.takes <> 0 AND d.amount_minor <> d.commission_minor THEN d.payee_id END,
                    d.disputed * d.amount_minor, -d.clearing * d.amount_minor,
                    d.takes * (d.amount_minor - COALESCE(d.commission_minor, 0)),
                    d.takes * COALESCE(d.commission_minor, 0)) AS moves
            FROM (
                SELECT {write_dispute_reference("d.public_id")} AS reference, r.kind, d.currency, d.livemode,
                       d.amount_minor, d.commission_minor, c.payee_id, r.disputed, r.clearing, r.takes
                FROM charges_dispute d JOIN charges_charge c ON c.id = d.charge_id
                -- By both rules: what it does to disputed and clearing, and whether both bear their shares.
                JOIN (VALUES
                    (true, 'dispute_opened', NULL, 0, 1, 1), (true, 'dispute_won', 'won', 0, -1, -1),
                    (false, 'dispute_opened', NULL, 1, 1, 0), (false, 'dispute_won', 'won', -1, -1, 0),
                    (false, 'dispute_lost', 'lost', -1, 0, 1)
                ) r (shared, kind, status, disputed, clearing, takes)
                    ON r.shared = d.shared_at_opening AND COALESCE(r.status, d.status) = d.status
            ) d
        ) w
        FULL JOIN (
            {BOOKED.format(kinds="'dispute_opened', 'dispute_won', 'dispute_lost'")}
        ) b USING (reference, kind)
        WHERE w.moves IS DISTINCT FROM ({MOVES})
        """,
    ),
    Invariant(
        "I-41b",
        "The disputed account of each currency and mode holds exactly the open disputes of the old rule.",
        """
        SELECT currency, livemode, COALESCE(o.amount, 0) AS open_disputes, COALESCE(b.amount, 0) AS on_account
        FROM (
            SELECT currency, livemode, SUM(amount_minor) AS amount FROM charges_dispute
            WHERE status = 'opened' AND NOT shared_at_opening GROUP BY currency, livemode
        ) o
        FULL JOIN (
            SELECT a.currency, a.livemode, SUM(e.amount_minor) AS amount
            FROM ledger_ledgeraccount a JOIN ledger_ledgerentry e ON e.account_id = a.id
            WHERE a.kind = 'disputed' GROUP BY a.currency, a.livemode
        ) b USING (currency, livemode)
        WHERE COALESCE(o.amount, 0) <> COALESCE(b.amount, 0)
        """,
    ),
    Invariant(
        "I-41c",
        "What a processor kept of an attempt or for a dispute is in the ledger, to the cent.",
        f"""
        WITH booked AS ({BOOKED.format(kinds="'fee'")})
        SELECT COALESCE(f.reference, b.reference) AS reference, f.fee_minor, b.fee AS booked
        FROM (
            SELECT {write_attempt_reference("c.public_id", "a.number")} AS reference, f.fee_minor, f.currency,
                   a.livemode
            FROM charges_attemptfee f
            JOIN charges_attempt a ON a.id = f.attempt_id JOIN charges_charge c ON c.id = a.charge_id
            WHERE f.fee_minor <> 0
        ) f
        FULL JOIN (SELECT * FROM booked WHERE reference LIKE 'attempt:%%') b ON b.reference = f.reference
        WHERE (f.fee_minor, -f.fee_minor, f.currency, f.livemode)
              IS DISTINCT FROM (b.fee, b.clearing, b.currency, b.livemode)
        UNION ALL
        SELECT COALESCE(MAX(d.reference), MAX(b.reference)), MAX(d.fee_minor), SUM(b.fee)
        FROM (
            SELECT d.*, c.payee_id, {write_dispute_reference("d.public_id")} || ':' || n AS posted
            FROM charges_dispute d JOIN charges_charge c ON c.id = d.charge_id
            LEFT JOIN LATERAL generate_series(1, d.fee_postings) n ON true
        ) d
        FULL JOIN (SELECT * FROM booked WHERE reference LIKE 'dispute:%%') b ON b.reference = d.posted
        GROUP BY d.id
        HAVING d.id IS NULL OR COUNT(b.reference) <> MAX(d.fee_postings)
            OR COALESCE(SUM(CASE d.fee_payer WHEN 'seller' THEN b.seller ELSE b.fee END), 0)
               <> MAX(d.fee_minor)
            OR COALESCE(SUM(b.fee + b.seller + b.clearing), 0) <> 0
            OR BOOL_OR(b.currency <> d.fee_currency OR b.livemode <> d.livemode)
            OR BOOL_OR(b.seller <> 0 AND b.holder IS DISTINCT FROM d.payee_id)
        """,
    ),
)
