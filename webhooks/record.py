"""Write down what came of a request, and what follows for the delivery and its endpoint."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core import clock
from core.card_numbers import mask_card_numbers
from core.failpoints import failpoint
from events.types import EventType
from webhooks.endpoints import switch_off
from webhooks.events import tell_of_endpoint
from webhooks.models import Delivery, DisabledReason, Endpoint, Sending
from webhooks.models.deliveries import ANSWER_SHOWN
from webhooks.queue import make_due
from webhooks.schedule import is_given_up, is_to_be_warned_of, plan_retry, read_retry_after
from webhooks.transport import Answer

GONE = 410

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def record_answer(taken: Delivery, answer: Answer) -> None:
    """Write down the answer to a delivery as it was taken.

    Success counts whoever hears of it. A failure counts only while the lease of its sender holds.
    """
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=taken.endpoint_id)
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=taken.pk)
    _write_sending(taken, answer)
    failpoint("webhook.before_record")
    if delivery.is_finished:
        return
    if answer.status_code is not None and 200 <= answer.status_code < 300:
        _succeed(delivery, endpoint)
    elif delivery.tries == taken.tries:
        _fail(delivery, endpoint, answer)


def _write_sending(taken: Delivery, answer: Answer) -> None:
    is_refusal = answer.status_code is not None and answer.status_code >= 400
    Sending.objects.create(
        delivery=taken,
        number=taken.tries,
        sent_at=clock.now() - timedelta(milliseconds=answer.latency_ms),
        latency_ms=answer.latency_ms,
        status_code=answer.status_code,
        trouble=answer.trouble,
        answer=_read_beginning(answer.body) if is_refusal else "",
    )


def _read_beginning(body: bytes) -> str:
    """Return how an answer begins; card numbers are masked before it is cut."""
    text = body[: 10 * ANSWER_SHOWN].decode(errors="replace").replace("\0", " ")
    return mask_card_numbers(text)[:ANSWER_SHOWN]


def _succeed(delivery: Delivery, endpoint: Endpoint) -> None:
    delivery.delivered_at, delivery.due_at, delivery.lease_ends_at = clock.now(), None, None
    delivery.save(update_fields=["delivered_at", "due_at", "lease_ends_at"])
    if endpoint.failing_since is not None:
        endpoint.failing_since = endpoint.warned_at = None
        endpoint.save(update_fields=["failing_since", "warned_at"])
    make_due(endpoint, {delivery.object_id})


def _fail(delivery: Delivery, endpoint: Endpoint, answer: Answer) -> None:
    now = clock.now()
    delivery.failures += 1
    wait = plan_retry(delivery.failures, wished=read_retry_after(answer.retry_after, now=now))
    delivery.due_at = None if wait is None else now + wait
    delivery.dead_at = now if wait is None else None
    delivery.lease_ends_at = None
    delivery.save(update_fields=["failures", "due_at", "dead_at", "lease_ends_at"])
    if wait is None:
        log.warning("webhook is dead", endpoint=str(endpoint.public_id), delivery=delivery.pk)
        make_due(endpoint, {delivery.object_id})
    _mark_failing(endpoint, answer, now)


def _mark_failing(endpoint: Endpoint, answer: Answer, now: datetime) -> None:
    """Note that an endpoint fails, and what follows.

    Nothing does where it was switched off or deleted while this request was under way.
    """
    if endpoint.disabled_at is not None or endpoint.deleted_at is not None:
        return
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.save(update_fields=["failing_since"])
    if answer.status_code == GONE:
        switch_off(endpoint, DisabledReason.GONE)
    elif is_given_up(failing_since=endpoint.failing_since, now=now):
        switch_off(endpoint, DisabledReason.FAILING)
    elif endpoint.warned_at is None and is_to_be_warned_of(failing_since=endpoint.failing_since, now=now):
        endpoint.warned_at = now
        endpoint.save(update_fields=["warned_at"])
        tell_of_endpoint(endpoint, EventType.ENDPOINT_FAILING)
