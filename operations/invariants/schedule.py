"""Invariants of schedules: which periods a subscription has been billed for, and when each began.

PostgreSQL adds months to the anchor as `subscriptions.schedule` does, clamped to the end of the month, but
with code of its own.
"""

from operations.invariants.base import CLOCKS_APART, Invariant, Part
from operations.invariants.joins import CHARGES, SUBSCRIPTIONS
from subscriptions.models import RUNNING

# A rehearsal bills in the future, and what people do afterwards is earlier: of something billed then the
# history goes on with an earlier time.
REHEARSED_BEFORE = """EXISTS (
    SELECT FROM subscriptions_subscriptionchange h
    JOIN subscriptions_subscriptionchange later
        ON later.subscription_id = h.subscription_id AND later.id > h.id
    WHERE h.subscription_id = s.id AND h.created_at >= c.created_at
      AND later.created_at < c.created_at - %(clocks_apart)s)"""
UNIT = """
CASE s.frequency WHEN 'daily' THEN interval '1 day' WHEN 'weekly' THEN interval '1 week'
                 WHEN 'monthly' THEN interval '1 month' WHEN 'yearly' THEN interval '1 year' END
"""


def write_start_sql(period: str) -> str:
    """Return SQL for when a period of subscription `s` begins, by the anchor it has now."""
    steps = f"({period} - s.anchor_period) * s.interval"
    return f"(s.anchor_at AT TIME ZONE 'UTC' + {steps} * {UNIT}) AT TIME ZONE 'UTC'"


CATCH_UP_ENDS = write_start_sql("(c.period + s.catch_up_limit)")
SCHEDULE = (
    Invariant(
        "I-23",
        "A subscription has at most one charge for each period.",
        """
        SELECT subscription_id, period, COUNT(*) AS charges FROM charges_charge
        WHERE period IS NOT NULL GROUP BY subscription_id, period HAVING COUNT(*) > 1
        """,
    ),
    Invariant(
        "I-24",
        "A subscription was billed for each period from its first here up to the next one, and for no other.",
        """
        SELECT s.public_id AS subscription, s.first_period, s.period AS next_period, COUNT(i.id) AS periods
        FROM subscriptions_subscription s
        LEFT JOIN LATERAL (
            SELECT COALESCE(SUM(LEAST(s.period, a.first_period + a.length) - a.first_period), 0) AS periods
            FROM subscriptions_subscriptionadjustment a
            WHERE a.subscription_id = s.id AND a.kind = 'skip' AND a.first_period < s.period
        ) left_out ON true
        LEFT JOIN ledger_customertransaction i ON i.subscription_id = s.id
        WHERE s.bills_by_invoice
        GROUP BY s.id, left_out.periods HAVING COUNT(i.id) <> s.period - left_out.periods
        """,
        parts=(
            Part(
                SUBSCRIPTIONS,
                """s.public_id AS subscription, s.first_period, s.period AS next_period, billed.periods,
                   billed.first, billed.last""",
                """NOT s.bills_by_invoice
                   AND (COALESCE(billed.periods, 0), COALESCE(billed.first, s.first_period),
                        COALESCE(billed.last, s.first_period - 1))
                       <> (s.period - s.first_period, s.first_period, s.period - 1)""",
            ),
        ),
    ),
    Invariant(
        "I-28",
        "No period was billed while more were missed than may be caught up with, unless staff released it.",
        parts=(
            Part(
                CHARGES,
                "s.public_id AS subscription, c.period, c.created_at, s.catch_up_limit",
                f"""c.period >= s.anchor_period AND c.kind = 'charge' AND s.length IS NULL
                    AND s.catch_up_limit IS NOT NULL AND {CATCH_UP_ENDS} <= c.created_at
                    AND (s.released_through IS NULL OR {CATCH_UP_ENDS} > s.released_through)
                    AND NOT EXISTS (
                        SELECT FROM subscriptions_subscriptionadjustment adjustment
                        WHERE adjustment.subscription_id = s.id AND adjustment.kind = 'skip')""",
            ),
        ),
    ),
    Invariant(
        "I-25",
        "Each period is due at its place in the schedule, computed from the anchor, and so is the next one.",
        parts=(
            Part(
                CHARGES,
                f"s.public_id AS subscription, c.period, c.due_at, {write_start_sql('c.period')} AS expected",
                f"c.period >= s.anchor_period AND c.due_at <> {write_start_sql('c.period')}",
            ),
            Part(
                SUBSCRIPTIONS,
                f"s.public_id AS subscription, s.period, s.due_at, {write_start_sql('s.period')} AS expected",
                f"s.due_at <> {write_start_sql('s.period')}",
            ),
        ),
    ),
    Invariant(
        "I-26",
        "A running subscription is paid for from the newest period collected until the next one begins.",
        """
        SELECT s.public_id AS subscription, s.current_charge_at, s.next_charge_at, c.period, c.due_at
        FROM charges_charge c
        JOIN charges_charge n ON n.subscription_id = c.subscription_id AND n.period = c.period + 1
        JOIN subscriptions_subscription s ON s.id = c.subscription_id
        WHERE n.due_at <= c.due_at
        """,
        parts=(
            Part(
                SUBSCRIPTIONS,
                """s.public_id AS subscription, s.current_charge_at, s.next_charge_at, newest.period,
                   newest.due_at""",
                f"""s.status = ANY(%(running)s) AND (
                        s.current_charge_at IS DISTINCT FROM newest.due_at
                        OR newest.period IS NULL AND s.next_charge_at IS DISTINCT FROM s.trial_ends_at
                        OR newest.period >= s.anchor_period
                           AND s.next_charge_at IS DISTINCT FROM {write_start_sql("(newest.period + 1)")})""",
            ),
        ),
        params={"running": [str(status) for status in RUNNING]},
    ),
    Invariant(
        "I-27",
        "Nothing is billed during the trial, from the chosen end on, or after it was cancelled or frozen.",
        parts=(
            Part(
                CHARGES,
                """s.public_id AS subscription, s.status, s.cancelled_at, s.frozen_at, s.trial_ends_at,
                   c.period, c.due_at, c.collect_at, a.sent_at""",
                f"""c.kind <> 'refund' AND (c.due_at < s.trial_ends_at
                    OR s.status IN ('cancelled', 'frozen') AND c.collect_at IS NOT NULL
                    OR (COALESCE(c.due_at >= s.cancel_at, false)
                        OR s.status IN ('cancelled', 'frozen')
                        AND GREATEST(c.due_at, c.created_at, a.sent_at)
                            > COALESCE(s.cancelled_at, s.frozen_at) + %(clocks_apart)s
                       ) AND NOT {REHEARSED_BEFORE})""",
            ),
        ),
        params={"clocks_apart": CLOCKS_APART},
    ),
)
