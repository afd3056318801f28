"""Invariants that say that work does not lie about: each of them has a sweep which ought to have done it."""

from datetime import timedelta

from backoffice.invariants.base import Invariant
from charges.models import LIVE_STATES
from charges.models.attempt import OPEN_STATES
from charges.resolution import GIVE_UP_AFTER

# Two sweeps of the slowest kind, and time for a long queue before them.
GRACE = timedelta(minutes=2)
VALUES = {
    "grace": GRACE,
    "give_up": GIVE_UP_AFTER + GRACE,
    "open": [str(state) for state in OPEN_STATES],
    "live": [str(state) for state in LIVE_STATES],
}

LIVENESS = (
    Invariant(
        "I-40a",
        "An attempt past its lease is taken over by the resolver.",
        """
        SELECT key, state, check_at, message FROM charges_attempt
        WHERE state = ANY(%(open)s) AND check_at < %(now)s - %(grace)s
        """,
        params=VALUES,
        hint="Are worker and beat running?",
        liveness=True,
    ),
    Invariant(
        "I-40b",
        "An attempt without a definite answer is handed to a person after a day.",
        """
        SELECT key, state, sent_at, check_at, message FROM charges_attempt
        WHERE state = ANY(%(open)s) AND sent_at < %(now)s - %(give_up)s
          AND check_at >= %(now)s - %(grace)s
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
        WHERE status = 'processed' AND collect_at < %(now)s - %(grace)s
        """,
        params=VALUES,
        hint="Are worker and beat running? manage.py bill collects what is due now.",
        liveness=True,
    ),
)
