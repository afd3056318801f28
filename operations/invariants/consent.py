"""Invariants of consent: who agreed to what, and that nothing else is asked for."""

from charges.models.consented_terms import CHARGE_TERMS, SUBSCRIPTION_TERMS, write_terms_sql
from charges.models.guards import write_row_sql, write_unaccepted_sql
from operations.invariants.base import CLOCKS_APART, Invariant

# Those of a period that its subscription has as well; whether it is a test is I-29's.
SHARED_TERMS = tuple(sorted({*CHARGE_TERMS} & {*SUBSCRIPTION_TERMS} - {"test"}))

CONSENT = (
    Invariant(
        "I-19",
        "Nothing that an app sells goes on without consent: what was accepted has one by its buyer.",
        """
        SELECT c.public_id, c.status, k.organization_id AS accepted_by, c.buyer_id
        FROM charges_charge c LEFT JOIN charges_acceptance k ON k.charge_id = c.id
        WHERE COALESCE(c.customer_id, c.refund_of_id) IS NULL AND (c.subscription_id IS NULL AND (
                  c.status NOT IN ('pending', 'declined') AND k.organization_id IS DISTINCT FROM c.buyer_id
                  OR c.status = 'pending' AND k.id IS NOT NULL
                  OR c.status = 'declined' AND (k.id IS NULL) <> (c.holds_until IS NULL))
           OR c.subscription_id IS NOT NULL AND (k.id IS NOT NULL OR NOT EXISTS (
                  SELECT FROM charges_acceptance a
                  WHERE a.subscription_id = c.subscription_id AND a.organization_id = c.buyer_id)))
        UNION ALL
        SELECT s.public_id, s.status, k.organization_id, s.buyer_id
        FROM subscriptions_subscription s LEFT JOIN charges_acceptance k ON k.subscription_id = s.id
        WHERE s.customer_id IS NULL AND (
                  s.status NOT IN ('pending', 'declined') AND k.organization_id IS DISTINCT FROM s.buyer_id
                  OR s.status = 'pending' AND k.id IS NOT NULL
                  OR s.status = 'declined' AND (k.id IS NULL) <> (s.holds_until IS NULL))
        """,
    ),
    Invariant(
        "I-19a",
        "No attempt takes money of a buyer who has not accepted exactly its terms.",
        f"""
        SELECT a.key, c.public_id AS charge, s.public_id AS subscription, a.amount_minor, c.total_minor,
               COALESCE(own.organization_id, k.organization_id) AS accepted_by, c.buyer_id
        {write_unaccepted_sql("charges_attempt")}
        """,
    ),
    Invariant(
        "I-20",
        "No attempt was sent over a quarter of an hour before its acceptance, activation or period.",
        """
        SELECT a.key, a.sent_at, COALESCE(own.created_at, k.created_at) AS accepted_at, c.activated_at,
               c.due_at
        FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
        LEFT JOIN charges_acceptance own ON own.charge_id = c.id
        LEFT JOIN charges_acceptance k ON k.subscription_id = c.subscription_id
        WHERE c.activated_at IS NULL
           OR a.sent_at < GREATEST(c.activated_at, CASE WHEN c.kind <> 'refund' THEN c.due_at END,
                                   own.created_at, k.created_at) - %(clocks_apart)s
        """,
        params={"clocks_apart": CLOCKS_APART},
    ),
    Invariant(
        "I-20a",
        "What was accepted was activated while its acceptance held.",
        """
        SELECT c.public_id, c.activated_at, c.holds_until FROM charges_charge c
        WHERE c.activated_at > c.holds_until
        UNION ALL
        SELECT s.public_id, s.activated_at, s.holds_until FROM subscriptions_subscription s
        WHERE s.activated_at > s.holds_until
        """,
    ),
    Invariant(
        "I-21",
        "The terms are still the ones that the buyer accepted, in every period of a subscription as well.",
        f"""
        SELECT c.public_id, k.terms_hash AS accepted
        FROM charges_charge c JOIN charges_acceptance k ON k.charge_id = c.id
        WHERE k.terms_hash <> {write_terms_sql("c", CHARGE_TERMS)}
        UNION ALL
        SELECT s.public_id, k.terms_hash
        FROM subscriptions_subscription s JOIN charges_acceptance k ON k.subscription_id = s.id
        WHERE k.terms_hash <> {write_terms_sql("s", SUBSCRIPTION_TERMS)}
        UNION ALL
        SELECT c.public_id, NULL
        FROM charges_charge c JOIN subscriptions_subscription s ON s.id = c.subscription_id
        WHERE c.kind <> 'refund' AND NOT s.bills_by_invoice
          AND {write_row_sql("c", SHARED_TERMS)} IS DISTINCT FROM {write_row_sql("s", SHARED_TERMS)}
        """,
    ),
)
