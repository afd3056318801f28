"""Invariants of consent: who agreed to what, and that nothing else is asked for."""

from charges.models.consented_terms import CHARGE_TERMS, SUBSCRIPTION_TERMS, write_terms_sql
from charges.models.guards import write_row_sql, write_unaccepted_sql
from operations.invariants.base import CLOCKS_APART, Invariant, Part
from operations.invariants.joins import CHARGES, SUBSCRIPTIONS

# Those of a period that its subscription has as well; whether it is a test is I-29's.
SHARED_TERMS = tuple(sorted({*CHARGE_TERMS} & {*SUBSCRIPTION_TERMS} - {"test"}))
# A charge of a subscription has no acceptance of its own; one that is there all the same counts for nothing.
ACCEPTED_BY = "CASE WHEN c.subscription_id IS NULL THEN own.organization_id ELSE k.organization_id END"

CONSENT = (
    Invariant(
        "I-19",
        "Nothing that an app sells goes on without consent: what was accepted has one by its buyer.",
        parts=(
            Part(
                CHARGES,
                f"c.public_id, c.status, {ACCEPTED_BY} AS accepted_by, c.buyer_id",
                """COALESCE(c.customer_id, c.refund_of_id) IS NULL AND (c.subscription_id IS NULL AND (
                       c.status NOT IN ('pending', 'declined')
                           AND own.organization_id IS DISTINCT FROM c.buyer_id
                       OR c.status = 'pending' AND own.id IS NOT NULL
                       OR c.status = 'declined' AND (own.id IS NULL) <> (c.holds_until IS NULL))
                   OR c.subscription_id IS NOT NULL AND (
                       own.id IS NOT NULL OR (k.organization_id = c.buyer_id) IS NOT TRUE))""",
            ),
            Part(
                SUBSCRIPTIONS,
                "s.public_id, s.status, k.organization_id AS accepted_by, s.buyer_id",
                """s.customer_id IS NULL AND (
                       s.status NOT IN ('pending', 'declined')
                           AND k.organization_id IS DISTINCT FROM s.buyer_id
                       OR s.status = 'pending' AND k.id IS NOT NULL
                       OR s.status = 'declined' AND (k.id IS NULL) <> (s.holds_until IS NULL))""",
            ),
        ),
    ),
    Invariant(
        "I-19a",
        "No attempt takes money of a buyer who has not accepted exactly its terms.",
        parts=(
            Part(
                CHARGES,
                f"""a.key, c.public_id AS charge, s.public_id AS subscription, a.amount_minor, c.total_minor,
                    {ACCEPTED_BY} AS accepted_by, c.buyer_id""",
                f"a.id IS NOT NULL AND {write_unaccepted_sql(ACCEPTED_BY)}",
            ),
        ),
    ),
    Invariant(
        "I-20",
        "No attempt was sent over a quarter of an hour before its acceptance, activation or period.",
        parts=(
            Part(
                CHARGES,
                """a.key, a.sent_at, COALESCE(own.created_at, k.created_at) AS accepted_at, c.activated_at,
                   c.due_at""",
                """a.id IS NOT NULL AND (c.activated_at IS NULL
                   OR a.sent_at < GREATEST(c.activated_at, CASE WHEN c.kind <> 'refund' THEN c.due_at END,
                                           own.created_at, k.created_at) - %(clocks_apart)s)""",
            ),
        ),
        params={"clocks_apart": CLOCKS_APART},
    ),
    Invariant(
        "I-20a",
        "What was accepted was activated while its acceptance held.",
        parts=(
            Part(CHARGES, "c.public_id, c.activated_at, c.holds_until", "c.activated_at > c.holds_until"),
            Part(
                SUBSCRIPTIONS, "s.public_id, s.activated_at, s.holds_until", "s.activated_at > s.holds_until"
            ),
        ),
    ),
    Invariant(
        "I-21",
        "The terms are still the ones that the buyer accepted, in every period of a subscription as well.",
        parts=(
            Part(
                CHARGES,
                "c.public_id, own.terms_hash AS accepted",
                # Without asking first the hash would be made of charges, too, that have none to compare.
                f"own.id IS NOT NULL AND own.terms_hash <> {write_terms_sql('c', CHARGE_TERMS)}",
            ),
            Part(
                SUBSCRIPTIONS,
                "s.public_id, k.terms_hash AS accepted",
                f"k.id IS NOT NULL AND k.terms_hash <> {write_terms_sql('s', SUBSCRIPTION_TERMS)}",
            ),
            Part(
                CHARGES,
                "c.public_id, k.terms_hash AS accepted",
                f"""s.id IS NOT NULL AND c.kind <> 'refund' AND NOT s.bills_by_invoice
                    AND {write_row_sql("c", SHARED_TERMS)} IS DISTINCT FROM {write_row_sql("s", SHARED_TERMS)}
                """,
            ),
        ),
    ),
)
