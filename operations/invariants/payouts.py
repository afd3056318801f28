"""Invariants of payouts to sellers."""

from core.ledger_references import write_payout_reference
from operations.invariants.base import Invariant

# What each ledger transaction of payouts puts on each kind of account.
BOOKED = """
    SELECT t.reference, t.kind, t.currency, t.livemode, MAX(a.organization_id) AS holder,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'seller_payable'), 0)::bigint AS seller,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'payouts_in_transit'), 0)::bigint
           AS in_transit,
           COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = 'buyer_clearing'), 0)::bigint AS clearing
    FROM ledger_ledgertransaction t
    LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
    LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
    WHERE t.reference LIKE 'payout:%%' GROUP BY t.id
"""
REFERENCE = write_payout_reference("p.public_id")
USED = f"""
    SELECT FROM approvals_approval a
    WHERE a.act = 'payout' AND a.subject = {REFERENCE} AND a.status = 'used'
      AND a.terms::jsonb ->> 'amount_minor' = p.amount_minor::text
      AND a.terms::jsonb ->> 'currency' = p.currency AND a.terms::jsonb ->> 'method' = p.method
      AND a.terms::jsonb ->> 'account' = (
          SELECT o.public_id::text FROM payouts_payoutaccount o WHERE o.id = p.account_id)
"""

PAYOUTS = (
    Invariant(
        "I-13",
        "No payout is of more than was available to its seller, or goes to the account of another.",
        """
        SELECT p.public_id AS payout, p.amount_minor, p.available_minor
        FROM payouts_payout p JOIN payouts_payoutaccount o ON o.id = p.account_id
        WHERE p.amount_minor NOT BETWEEN 1 AND p.available_minor
           OR (o.organization_id, o.currency) <> (p.organization_id, p.currency)
        """,
    ),
    Invariant(
        "I-13a",
        "A payout is in the ledger as far as it has come, once, to the cent, and its own seller bears it.",
        f"""
        SELECT reference, kind, w.moves, b.seller, b.in_transit, b.clearing
        FROM (
            SELECT {REFERENCE} AS reference, 'withdrawal' AS kind,
                   (p.currency, true, p.organization_id, p.amount_minor, -p.amount_minor, 0::bigint) AS moves
            FROM payouts_payout p
            UNION ALL
            SELECT {REFERENCE}, 'payout_settled',
                   (p.currency, true, NULL::bigint, 0::bigint, p.amount_minor, -p.amount_minor)
            FROM payouts_payout p WHERE p.settled_at IS NOT NULL
            UNION ALL
            SELECT {REFERENCE}, 'payout_returned',
                   (p.currency, true, p.organization_id, -p.amount_minor,
                    CASE WHEN p.settled_at IS NULL THEN p.amount_minor ELSE 0 END,
                    CASE WHEN p.settled_at IS NULL THEN 0 ELSE p.amount_minor END)
            FROM payouts_payout p WHERE p.status IN ('returned', 'rejected', 'cancelled')
        ) w
        FULL JOIN ({BOOKED}) b USING (reference, kind)
        WHERE w.moves IS DISTINCT FROM
              (b.currency, b.livemode, b.holder, b.seller, b.in_transit, b.clearing)
        """,
    ),
    Invariant(
        "I-13b",
        "The in-transit account of each currency holds exactly the payouts that are under way.",
        """
        SELECT currency, COALESCE(o.amount, 0) AS under_way, COALESCE(b.amount, 0) AS on_account
        FROM (
            SELECT currency, SUM(amount_minor) AS amount FROM payouts_payout
            WHERE status IN ('requested', 'approved', 'sent') GROUP BY currency
        ) o
        FULL JOIN (
            SELECT a.currency, -SUM(e.amount_minor) AS amount
            FROM ledger_ledgeraccount a JOIN ledger_ledgerentry e ON e.account_id = a.id
            WHERE a.kind = 'payouts_in_transit' GROUP BY a.currency
        ) b USING (currency)
        WHERE COALESCE(o.amount, 0) <> COALESCE(b.amount, 0)
        """,
    ),
    Invariant(
        "I-22a",
        "No payout was sent, or is approved, without a second person who approved exactly it.",
        f"""
        SELECT p.public_id AS payout, p.status FROM payouts_payout p
        WHERE p.sent_at IS NOT NULL AND NOT EXISTS ({USED})
           OR p.status = 'approved' AND NOT EXISTS (
               SELECT FROM approvals_approval a
               WHERE a.act = 'payout' AND a.subject = {REFERENCE} AND a.status = 'approved')
        """,
    ),
    Invariant(
        "I-13c",
        "A file for the bank is as it was made: its hash, its count and its sum are those of its payouts.",
        """
        SELECT b.public_id AS batch, b.count, b.total_minor, COUNT(p.id) AS payouts,
               SUM(p.amount_minor) AS sum
        FROM payouts_payoutbatch b LEFT JOIN payouts_payout p ON p.batch_id = b.id
        GROUP BY b.id
        HAVING (b.count, b.total_minor) IS DISTINCT FROM (COUNT(p.id), SUM(p.amount_minor)::bigint)
            OR b.sha256 <> encode(sha256(b.content), 'hex')
        """,
    ),
)
