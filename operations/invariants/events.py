"""Invariants of events: none is missing, the newest says where its object stands, endpoints get theirs."""

from datetime import timedelta

from operations.invariants.base import Invariant

# What was made before there were events counts none.
OBJECTS = """
    SELECT public_id, status, event_count FROM charges_charge WHERE event_count > 0
    UNION ALL
    SELECT public_id, status, event_count FROM subscriptions_subscription WHERE event_count > 0
    UNION ALL
    SELECT public_id, status, event_count FROM payouts_payout
"""
# Deliveries are forgotten after 30 days (webhooks/purge.py).
KEPT = timedelta(days=29)

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
    Invariant(
        "I-31",
        "An endpoint has a delivery of each event that it wants, up to where it has come.",
        """
        SELECT endpoint.public_id AS endpoint, e.id AS event, e.type, e.occurred_at
        FROM webhooks_endpoint endpoint JOIN events_event e ON e.application_id = endpoint.application_id
        WHERE endpoint.deleted_at IS NULL AND endpoint.format = 'event'
          AND (endpoint.event_types = '{}' OR e.type = ANY(endpoint.event_types))
          AND (e.xact, e.id) <= (endpoint.position_xact, endpoint.position_event)
          AND e.occurred_at > endpoint.wants_since AND e.occurred_at > %(now)s - %(kept)s
          -- By the clock of a test buyer something may have happened later than it was told.
          AND NOT EXISTS (SELECT FROM customers_testbuyer t WHERE t.organization_id = e.buyer_id)
          AND NOT EXISTS (
            SELECT FROM webhooks_delivery d WHERE d.event_id = e.id AND d.endpoint_id = endpoint.id)
        """,
        params={"kept": KEPT},
        hint="Replay the time in question: POST /v3/webhook_endpoints/<id>/replay.",
    ),
    Invariant(
        "I-31a",
        "A delivery that is not finished has its time, or waits for an earlier one of the same object.",
        """
        SELECT d.id AS delivery, d.endpoint_id, d.event_id, d.object_id, d.sequence
        FROM webhooks_delivery d
        WHERE d.delivered_at IS NULL AND d.dead_at IS NULL AND d.due_at IS NULL AND NOT EXISTS (
            SELECT FROM webhooks_delivery before
            WHERE before.endpoint_id = d.endpoint_id AND before.object_id = d.object_id
              AND before.sequence < d.sequence AND before.delivered_at IS NULL AND before.dead_at IS NULL)
        """,
        hint="Nothing will send it by itself: replay it.",
    ),
)
