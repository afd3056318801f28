"""Invariants that say that work does not lie about: each of them has a sweep which ought to have done it."""

from datetime import timedelta

from charges.collection.retries import CHECK_DELAYS
from charges.models import LIVE_STATES
from charges.models.attempt import OPEN_STATES
from operations.invariants.base import Invariant
from subscriptions.models import RUNNING

# Two sweeps of the slowest kind, and time for a long queue before them.
GRACE = timedelta(minutes=2)
VALUES = {
    "grace": GRACE,
    "longest_wait": CHECK_DELAYS[-1] + GRACE,
    "open": [str(state) for state in OPEN_STATES],
    "live": [str(state) for state in LIVE_STATES],
    "running": [str(status) for status in RUNNING],
}

# What is a test buyer's falls due by the clock of the test buyer.
BY_WALL_CLOCK = (
    "NOT EXISTS (SELECT FROM charges_charge c WHERE c.id = charges_attempt.charge_id AND c.has_own_clock)"
)

LIVENESS = (
    Invariant(
        "I-40a",
        "An attempt past its lease is taken over by the resolver.",
        f"""
        SELECT key, state, check_at, message FROM charges_attempt
        WHERE state = ANY(%(open)s) AND check_at < %(now)s - %(grace)s AND {BY_WALL_CLOCK}
        """,
        params=VALUES,
        hint="Are worker and beat running?",
        liveness=True,
    ),
    Invariant(
        "I-40b",
        "An attempt without a definite answer is asked about at least once a day.",
        f"""
        SELECT key, state, sent_at, check_at, message FROM charges_attempt
        WHERE state = ANY(%(open)s) AND check_at > %(now)s + %(longest_wait)s AND {BY_WALL_CLOCK}
        """,
        params=VALUES,
        liveness=True,
    ),
    Invariant(
        "I-40c",
        "A charge being collected has a live attempt or a time for the next.",
        """
        SELECT c.public_id AS charge, c.activated_at FROM charges_charge c
        WHERE c.status = 'processed' AND c.collect_at IS NULL AND NOT EXISTS (
            SELECT FROM charges_attempt a WHERE a.charge_id = c.id AND a.state = ANY(%(live)s))
        """,
        params=VALUES,
        hint="Nothing will collect it by itself: see the log for why its collection was stopped.",
        liveness=True,
    ),
    Invariant(
        "I-40d",
        "A charge that is due is collected.",
        """
        SELECT public_id AS charge, collect_at FROM charges_charge
        WHERE status = 'processed' AND collect_at < %(now)s - %(grace)s AND NOT has_own_clock
        """,
        params=VALUES,
        hint="Are worker and beat running? manage.py bill collects what is due now.",
        liveness=True,
    ),
    Invariant(
        "I-40e",
        "A running subscription has a date to be billed on, a payment under way, or is held for a person;"
        " unless all of its term is billed.",
        """
        SELECT s.public_id AS subscription, s.status, s.period AS next_period, s.next_charge_at
        FROM subscriptions_subscription s
        WHERE s.status = ANY(%(running)s) AND s.due_at IS NULL AND s.held_at IS NULL
          AND (s.length IS NULL OR s.period < s.length) AND NOT EXISTS (
            SELECT FROM charges_charge c
            WHERE c.subscription_id = s.id AND c.period = s.period - 1 AND c.status = 'processed')
        """,
        params=VALUES,
        hint="Nothing will bill it by itself: its history shows what happened last.",
        liveness=True,
    ),
    Invariant(
        "I-40f",
        "A subscription that is due is billed.",
        """
        SELECT public_id AS subscription, status, period, due_at FROM subscriptions_subscription
        WHERE due_at < %(now)s - %(grace)s AND NOT has_own_clock
        """,
        params=VALUES,
        hint="Are worker and beat running? manage.py bill renews what is due now.",
        liveness=True,
    ),
    Invariant(
        "I-40g",
        "A processor is asked what it told us of, and for the fees that were not known at first.",
        """
        SELECT gateway || ' ' || event_id AS about, act_at AS due_at, trouble FROM charges_processorevent
        WHERE act_at < %(now)s - %(grace)s
        UNION ALL
        SELECT a.key, f.check_at, 'fee'
        FROM charges_attemptfee f JOIN charges_attempt a ON a.id = f.attempt_id
        WHERE f.check_at < %(now)s - %(grace)s
        """,
        params=VALUES,
        hint="Are worker and beat running?",
        liveness=True,
    ),
)
