"""The queue of an endpoint: which delivery of an object is due, and which are taken to be sent.

Whoever changes it holds the lock of the endpoint, so that no delivery waits for one that has just ended.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from core import clock
from core.bulk import run_query
from core.failpoints import failpoint
from webhooks.models import Delivery, Endpoint

LEASE = timedelta(seconds=60)
AT_ONCE_TO_ONE = 2
# Endpoints with something due and a free place, the one that waits the longest first.
LOCK_ENDPOINTS = """
SELECT endpoint.id FROM webhooks_endpoint endpoint
JOIN customers_application app ON app.id = endpoint.application_id AND app.is_active
CROSS JOIN LATERAL (
    SELECT due_at FROM webhooks_delivery delivery
    WHERE delivery.endpoint_id = endpoint.id AND delivery.due_at <= %(now)s ORDER BY due_at LIMIT 1
) oldest
WHERE endpoint.disabled_at IS NULL AND endpoint.deleted_at IS NULL
  AND (endpoint.failing_since IS NOT NULL) = %(failing)s
  AND %(places)s > (
    SELECT count(*) FROM webhooks_delivery delivery
    WHERE delivery.endpoint_id = endpoint.id AND delivery.lease_ends_at > %(now)s
  )
ORDER BY oldest.due_at
LIMIT %(most)s
FOR NO KEY UPDATE OF endpoint SKIP LOCKED
"""
# A statement of its own: it sees what was taken while the first one waited for nothing.
TAKE_DELIVERIES = """
UPDATE webhooks_delivery taken SET due_at = %(until)s, lease_ends_at = %(until)s, tries = tries + 1
FROM (
    SELECT due.id FROM unnest(%(endpoints)s::bigint[]) AS endpoint(id)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM webhooks_delivery
        WHERE endpoint_id = endpoint.id AND due_at <= %(now)s
        ORDER BY due_at, id
        LIMIT GREATEST(0, %(places)s - (
            SELECT count(*) FROM webhooks_delivery
            WHERE endpoint_id = endpoint.id AND lease_ends_at > %(now)s
        ))
    ) due
    ORDER BY due.due_at LIMIT %(most)s
) due
WHERE taken.id = due.id
RETURNING taken.id
"""
FIRST_OF_OBJECTS = """
SELECT DISTINCT ON (object_id) id FROM webhooks_delivery
WHERE endpoint_id = %s AND object_id = ANY(%s::uuid[]) AND delivered_at IS NULL AND dead_at IS NULL
ORDER BY object_id, sequence
"""


def take_due(*, most: int, failing: bool) -> list[Delivery]:
    """Take deliveries that are due, for LEASE, and return them with their endpoints.

    An endpoint has at most AT_ONCE_TO_ONE under way. Those that fail are asked for apart from the others.
    """
    now = clock.now()
    asked = {"now": now, "until": now + LEASE, "places": AT_ONCE_TO_ONE, "most": most, "failing": failing}
    with transaction.atomic(durable=True):
        endpoints = [pk for (pk,) in run_query(LOCK_ENDPOINTS, asked)]
        if not endpoints:
            return []
        taken = [pk for (pk,) in run_query(TAKE_DELIVERIES, asked | {"endpoints": endpoints})]
    failpoint("webhook.taken")
    return list(Delivery.objects.filter(pk__in=taken).select_related("endpoint").order_by("pk"))


def make_due(endpoint: Endpoint, object_ids: Collection[UUID]) -> None:
    """Let the first unfinished delivery of each object be sent now, if it waited for another one."""
    if object_ids:
        first = [pk for (pk,) in run_query(FIRST_OF_OBJECTS, [endpoint.pk, list(object_ids)])]
        Delivery.objects.filter(pk__in=first, due_at=None).update(due_at=clock.now())


def hurry_up(endpoint: Endpoint) -> None:
    """Send at once what waits for its next try; the caller has locked the endpoint."""
    waiting = endpoint.deliveries.unfinished().filter(due_at__gt=clock.now(), lease_ends_at=None)
    waiting.update(due_at=clock.now())
