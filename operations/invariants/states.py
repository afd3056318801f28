"""Invariants of the states of charges, attempts and subscriptions, and of their histories."""

from django.db.models import Model

from charges.models import LIVE_STATES, Charge, Dispute
from charges.models.attempt import OPEN_STATES
from operations.invariants.base import Invariant, Part
from operations.invariants.joins import CHARGES, SUBSCRIPTIONS
from payouts.models import Payout
from subscriptions.models import Subscription

# A period or a refund needs no decision of its own: its charge begins with being collected.
FIRST_STATUS = (
    "CASE WHEN COALESCE(r.subscription_id, r.refund_of_id) IS NULL THEN 'pending' ELSE 'processed' END"
)
# A merchant's customer is subscribed without being asked.
FIRST_SUBSCRIPTION_STATUS = "CASE WHEN r.customer_id IS NULL THEN 'pending' ELSE 'processed' END"


def list_moves(model: type[Model]) -> list[str]:
    """Return the declared transitions of a model's status as from:to."""
    field = model._meta.get_field("status")
    return [f"{move.source}:{move.target}" for move in field.get_all_transitions(model)]  # type: ignore[union-attr]


def write_history_sql(table: str, history: str, parent: str, first_status: str) -> str:
    """Return SQL for the rows whose history does not begin, go on or end as it should.

    It does where its first status and those it came to are those it went on from and the one it has. They are
    compared as lists in one text: no status has a comma, and windows take a quarter longer.
    """
    return f"""
        SELECT r.public_id, r.status, h.left_statuses, h.reached_statuses
        FROM {table} r
        LEFT JOIN (
            SELECT {parent}, string_agg(from_status, ',' ORDER BY id) AS left_statuses,
                   string_agg(to_status, ',' ORDER BY id) AS reached_statuses
            FROM {history} GROUP BY {parent}
        ) h ON h.{parent} = r.id
        WHERE concat_ws(',', {first_status}, h.reached_statuses) <> concat_ws(',', h.left_statuses, r.status)
    """


STATES = (
    Invariant(
        "I-07",
        "A charge is collected if and only if exactly one attempt captured its whole amount.",
        """
        SELECT charge, status, captures, captured FROM (
            SELECT c.public_id AS charge, c.status, c.total_minor, c.currency, a.amount_minor AS captured,
                   a.currency AS captured_in, COUNT(a.id) OVER (PARTITION BY c.id) AS captures
            FROM charges_charge c LEFT JOIN charges_attempt a ON a.charge_id = c.id AND a.state = 'succeeded'
        ) each
        WHERE (status = 'success') <> (captures = 1) OR captures > 1
           OR captures = 1 AND (captured, captured_in) <> (total_minor, currency)
        """,
    ),
    Invariant(
        "I-09",
        "A charge has at most one live attempt.",
        """
        SELECT charge_id, COUNT(*) AS live FROM charges_attempt
        WHERE state = ANY(%(live)s) GROUP BY charge_id HAVING COUNT(*) > 1
        """,
        params={"live": [str(state) for state in LIVE_STATES]},
    ),
    Invariant(
        "I-16",
        "Each status change of a charge, subscription, dispute or payout is one that its states allow.",
        """
        SELECT 'charge' AS what, charge_id AS id, from_status, to_status, actor FROM charges_statuschange
        WHERE from_status || ':' || to_status <> ALL(%(moves)s)
        UNION ALL
        SELECT 'subscription', subscription_id, from_status, to_status, actor
        FROM subscriptions_subscriptionchange
        WHERE from_status <> to_status AND from_status || ':' || to_status <> ALL(%(subscription_moves)s)
        UNION ALL
        SELECT 'dispute', dispute_id, from_status, to_status, actor FROM charges_disputechange
        WHERE from_status || ':' || to_status <> ALL(%(dispute_moves)s)
        UNION ALL
        SELECT 'payout', payout_id, from_status, to_status, actor FROM payouts_payoutchange
        WHERE from_status || ':' || to_status <> ALL(%(payout_moves)s)
        """,
        params={
            "moves": list_moves(Charge),
            "subscription_moves": list_moves(Subscription),
            "dispute_moves": list_moves(Dispute),
            "payout_moves": list_moves(Payout),
        },
    ),
    Invariant(
        "I-17",
        "The history of a charge, subscription, dispute or payout starts at its beginning, has no gap and"
        " ends at its status.",
        write_history_sql("charges_charge", "charges_statuschange", "charge_id", FIRST_STATUS)
        + " UNION ALL "
        + write_history_sql(
            "subscriptions_subscription",
            "subscriptions_subscriptionchange",
            "subscription_id",
            FIRST_SUBSCRIPTION_STATUS,
        )
        + " UNION ALL "
        + write_history_sql("charges_dispute", "charges_disputechange", "dispute_id", "'opened'")
        + " UNION ALL "
        + write_history_sql("payouts_payout", "payouts_payoutchange", "payout_id", "'requested'"),
    ),
    Invariant(
        "I-18",
        "A charge or subscription that has ended is at rest: its end has a date, and nothing is under way.",
        parts=(
            Part(
                CHARGES,
                "c.public_id, c.status, c.decided_at, c.finished_at AS ended_at, c.collect_at AS next_at",
                """c.status = 'declined' AND c.decided_at IS NULL
                   OR c.status IN ('success', 'failed') AND (c.finished_at IS NULL OR a.state = ANY(%(open)s))
                   OR c.status <> 'processed' AND c.collect_at IS NOT NULL""",
            ),
            Part(
                SUBSCRIPTIONS,
                """s.public_id, s.status, s.decided_at, COALESCE(s.cancelled_at, s.frozen_at) AS ended_at,
                   s.due_at AS next_at""",
                """s.status = 'declined' AND s.decided_at IS NULL
                   OR (s.status = 'cancelled') <> (s.cancelled_at IS NOT NULL)
                   OR (s.status = 'expired') <> (s.expired_at IS NOT NULL)
                   OR s.status = 'frozen' AND s.frozen_at IS NULL
                   OR s.status IN ('declined', 'frozen', 'cancelled', 'expired')
                      AND COALESCE(s.due_at, s.held_at) IS NOT NULL""",
            ),
        ),
        params={"open": [str(state) for state in OPEN_STATES]},
    ),
)
