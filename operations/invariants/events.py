"""Invariants of events: none is missing, and the newest says where its object stands."""

from operations.invariants.base import Invariant

# What was made before there were events counts none.
OBJECTS = """
    SELECT public_id, status, event_count FROM charges_charge WHERE event_count > 0
    UNION ALL
    SELECT public_id, status, event_count FROM subscriptions_subscription WHERE event_count > 0
    UNION ALL
    SELECT public_id, status, event_count FROM payouts_payout
"""

EVENTS = (
    Invariant(
        "I-42a",
        "An object has as many events as it counts, numbered from 1.",
        f"""
        SELECT o.public_id AS object, o.event_count, e.number AS events, e.last
        FROM ({OBJECTS}) o
        LEFT JOIN (
            SELECT object_id, count(*) AS number, max(sequence) AS last FROM events_event GROUP BY object_id
        ) e ON e.object_id = o.public_id
        WHERE o.event_count <> COALESCE(e.number, 0) OR o.event_count <> e.last
        """,
    ),
    Invariant(
        "I-42b",
        "The newest event of an object says where it stands.",
        f"""
        SELECT o.public_id AS object, o.status, e.type, e.snapshot
        FROM ({OBJECTS}) o JOIN events_event e ON e.object_id = o.public_id AND e.sequence = o.event_count
        WHERE e.snapshot->>'status' IS DISTINCT FROM o.status
        """,
    ),
)
