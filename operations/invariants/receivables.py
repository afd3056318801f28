"""Invariants of what customers owe: their transactions, and what was offset by what."""

from ledger.transaction_types import NATURES, CustomerTransactionType, Side
from operations.invariants.base import Invariant

SIDES = {
    "credits": [str(kind) for kind, nature in NATURES.items() if nature.side == Side.CREDIT],
    "debts": [str(kind) for kind, nature in NATURES.items() if nature.side == Side.DEBT],
}
PAIRS = {
    "pairs": [f"{kind} {each}" for kind, nature in NATURES.items() for each in nature.reverses],
    "refund": str(CustomerTransactionType.REFUND),
}

RECEIVABLES = (
    Invariant(
        "I-35a",
        "A customer's transaction is its open balance and its active allocations, to the cent.",
        """
        SELECT t.id, t.type, t.amount_minor, t.balance_minor, COALESCE(a.total, 0) AS allocated
        FROM ledger_customertransaction t
        LEFT JOIN (
            SELECT party, SUM(amount_minor) AS total FROM ledger_allocation
            CROSS JOIN LATERAL (VALUES (source_id), (target_id)) parties (party)
            WHERE is_active GROUP BY party
        ) a ON a.party = t.id
        WHERE t.balance_minor + COALESCE(a.total, 0) <> CASE t.side WHEN 0 THEN 0 ELSE t.amount_minor END
           OR t.amount_minor <= 0 OR t.balance_minor NOT BETWEEN 0 AND t.amount_minor
        """,
    ),
    Invariant(
        "I-35b",
        "An allocation moves cents from a credit to a debt of the same customer in the same currency.",
        """
        SELECT a.id AS allocation, s.type AS source, s.customer_id AS payer, t.type AS target, t.customer_id
        FROM ledger_allocation a
        JOIN ledger_customertransaction s ON s.id = a.source_id
        JOIN ledger_customertransaction t ON t.id = a.target_id
        WHERE s.type <> ALL(%(credits)s) OR t.type <> ALL(%(debts)s) OR a.amount_minor <= 0
           OR (s.customer_id, s.currency) <> (t.customer_id, t.currency)
        """,
        params=SIDES,
    ),
    Invariant(
        "I-35c",
        "An allocation that no longer holds was ended by a reversal of the same customer, and has its date.",
        """
        SELECT a.id AS allocation, a.is_active, a.deactivated_at, a.cause_id, c.type AS cause
        FROM ledger_allocation a
        JOIN ledger_customertransaction s ON s.id = a.source_id
        LEFT JOIN ledger_customertransaction c ON c.id = a.cause_id
        WHERE a.is_active <> (a.deactivated_at IS NULL) OR a.is_active <> (a.cause_id IS NULL)
           OR c.customer_id <> s.customer_id OR c.id IS NOT NULL AND c.reverses_id IS NULL
        """,
    ),
    Invariant(
        "I-35d",
        "A reversal is of a type that fits, and it and what it reverses are allocated to each other.",
        """
        SELECT r.id AS reversal, r.type, o.id AS original, o.type AS original_type, a.total AS allocated
        FROM ledger_customertransaction r
        LEFT JOIN ledger_customertransaction o ON o.id = r.reverses_id
        LEFT JOIN LATERAL (
            SELECT SUM(amount_minor) AS total FROM ledger_allocation
            WHERE is_active AND (source_id, target_id) IN ((r.id, o.id), (o.id, r.id))
        ) a ON true
        WHERE (o.id IS NULL) = (r.type = ANY(%(reversals)s))
           OR o.id IS NOT NULL AND (
               r.type || ' ' || o.type <> ALL(%(pairs)s)
               OR r.amount_minor <> o.amount_minor AND r.type <> %(refund)s
               OR COALESCE(a.total, 0) <> r.amount_minor AND NOT EXISTS (
                   SELECT FROM ledger_customertransaction u WHERE u.reverses_id = r.id))
        """,
        params=PAIRS | {"reversals": sorted({pair.split()[0] for pair in PAIRS["pairs"]})},
    ),
    Invariant(
        "I-35e",
        "No customer has an open credit beside an open debt in one currency.",
        """
        SELECT customer_id, currency, SUM(balance_minor) FILTER (WHERE side < 0) AS credit,
               SUM(balance_minor) FILTER (WHERE side > 0) AS debt
        FROM ledger_customertransaction WHERE balance_minor > 0
        GROUP BY customer_id, currency HAVING COUNT(DISTINCT side) > 1
        """,
    ),
    Invariant(
        "I-35f",
        "What records a captured charge, a declined attempt or a period is on the account of their customer.",
        """
        SELECT t.id, t.type, t.customer_id, c.public_id AS charge, a.key AS attempt,
               s.public_id AS subscription
        FROM ledger_customertransaction t
        LEFT JOIN charges_attempt a ON a.id = t.attempt_id
        LEFT JOIN charges_charge c ON c.id = COALESCE(t.charge_id, a.charge_id)
        LEFT JOIN subscriptions_subscription s ON s.id = t.subscription_id
        WHERE c.id IS NOT NULL AND c.customer_id IS DISTINCT FROM t.customer_id
           OR s.id IS NOT NULL AND s.customer_id IS DISTINCT FROM t.customer_id
           OR t.charge_id IS NOT NULL AND (c.total_minor <> t.amount_minor OR c.status <> 'success' AND NOT (
                EXISTS (SELECT FROM charges_attempt r WHERE r.charge_id = c.id AND r.state = 'returned')
                AND EXISTS (SELECT FROM ledger_customertransaction u WHERE u.reverses_id = t.id)))
           OR t.attempt_id IS NOT NULL AND (a.state <> 'declined' OR a.amount_minor <> t.amount_minor)
        """,
    ),
    Invariant(
        "I-35g",
        "The chargeback of a dispute is its customer's, to the cent, and reversed exactly if that is won.",
        """
        SELECT t.id AS chargeback, t.customer_id, d.reference AS dispute, d.status, r.id AS reversal
        FROM ledger_customertransaction t
        LEFT JOIN charges_dispute d ON d.id = t.dispute_id
        LEFT JOIN charges_charge c ON c.id = d.charge_id
        LEFT JOIN ledger_customertransaction r ON r.reverses_id = t.id
        WHERE t.dispute_id IS NOT NULL AND (
            (t.type, t.amount_minor, t.currency, t.customer_id)
                IS DISTINCT FROM (%(chargeback)s, d.amount_minor, d.currency, c.customer_id)
            OR (d.status = 'won') <> (r.id IS NOT NULL))
        """,
        params={"chargeback": CustomerTransactionType.CHARGEBACK.value},
    ),
)
