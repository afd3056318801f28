"""Show how a subscription goes on: renewal itself, in a transaction that is rolled back.

The processor is not asked: each payment is answered as the preview supposes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection

from charges.collection.settle import settle_outcomes
from charges.collection.single import claim_charge
from charges.models import Charge, ChargeStatus
from core import clock
from core.money import Money
from core.rolled_back import rolled_back
from events.models import Event
from events.types import ObjectType
from gateway.movements import Answer, Verdict
from subscriptions.errors import PreviewBusy
from subscriptions.lifecycle.cancel import end_if_due
from subscriptions.models import Subscription
from subscriptions.models.labels import ENDING
from subscriptions.renewal.claim import claim_renewals

MOST_INSTANTS = 60
PREVIEWS = "SELECT pg_try_advisory_xact_lock(hashtext('subscriptions.renewal.life'))"
DECLINE = "card_declined"
DECLINED_BECAUSE = "The preview supposes that the card is declined."


@dataclass(frozen=True, slots=True)
class Step:
    """An event that would be told, at an instant to come (UTC)."""

    at: datetime
    type: str
    title: str
    is_charge: bool
    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """What would happen, and whether more would than was looked at."""

    steps: list[Step]
    is_cut: bool


def preview_life(subscription_id: int, *, until: datetime, payments_fail: bool = False) -> Life:
    """Return what would happen to a subscription up to an instant (UTC), with the seats of today.

    Every payment succeeds, or is declined. Nothing is kept and nothing leaves the process; the subscription
    is locked meanwhile, so one preview is made at a time. Raises PreviewBusy.
    """
    with rolled_back(), structlog.contextvars.bound_contextvars(is_preview=True):
        _take_turn()
        told: dict[UUID, int] = _count_told(subscription_id)
        steps: list[Step] = []
        for instant in _walk(subscription_id, until):
            with clock.travel_to(instant):
                _live(subscription_id, instant, payments_fail=payments_fail)
            steps += _read_steps(subscription_id, told)
        following = _find_next(subscription_id)
        return Life(steps, is_cut=following is not None and following <= until)


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PREVIEWS)
        if cursor.fetchone() != (True,):
            raise PreviewBusy


def _walk(subscription_id: int, until: datetime) -> Iterator[datetime]:
    """Yield the instants at which something is due; one at which nothing moves ends the walk."""
    instant, before = clock.now(), None
    for _ in range(MOST_INSTANTS):
        following = _find_next(subscription_id)
        if following is None or following > until or following == before:
            return
        instant, before = max(instant, following), following
        yield instant


def _find_next(subscription_id: int) -> datetime | None:
    """Return when a period is due, a payment is tried again, or the subscription ends."""
    subscription = Subscription.objects.get(pk=subscription_id)
    waiting = Charge.objects.filter(subscription=subscription_id, status=ChargeStatus.PROCESSED)
    due = [at for at in waiting.values_list("collect_at", flat=True) if at is not None]
    ends_at = subscription.cancel_at
    if subscription.due_at is not None and (ends_at is None or subscription.due_at < ends_at):
        due.append(subscription.due_at)
    if ends_at is not None and subscription.status in ENDING:
        due.append(ends_at)
    return min(due, default=None)


def _live(subscription_id: int, instant: datetime, *, payments_fail: bool) -> None:
    """Do what is due of one subscription as the workers do it, but for the call to the processor."""
    claimed = claim_renewals(until=instant, limit=1, only=subscription_id)
    asked = {attempt.id: (attempt.key, attempt.money) for attempt in claimed.planned}
    due = Charge.objects.due().filter(subscription=subscription_id)
    for charge_id in list(due.values_list("pk", flat=True)):
        if attempt := claim_charge(charge_id):
            asked[attempt.pk] = attempt.key, attempt.money
    answer = _decline if payments_fail else _approve
    settle_outcomes({pk: answer(*each) for pk, each in asked.items()})
    end_if_due(subscription_id)


def _approve(key: str, money: Money) -> Answer:
    return Answer(Verdict.APPROVED, key, reference=f"preview-{key}"[:120], money=money)


def _decline(key: str, money: Money) -> Answer:
    return Answer(Verdict.DECLINED, key, money=money, code=DECLINE, message=DECLINED_BECAUSE)


def _count_told(subscription_id: int) -> dict[UUID, int]:
    """Return how many events of the subscription and its charges there are already."""
    own = Subscription.objects.filter(pk=subscription_id).values_list("public_id", "event_count")
    charges = Charge.objects.filter(subscription=subscription_id).values_list("public_id", "event_count")
    return dict([*own, *charges])


def _read_steps(subscription_id: int, told: dict[UUID, int]) -> list[Step]:
    """Return the events that are new, payments before what follows from them, and count them as told."""
    counts = _count_told(subscription_id)
    changed = [object_id for object_id, count in counts.items() if count > told.get(object_id, 0)]
    events = [
        event
        for event in Event.objects.filter(object_id__in=changed)
        if event.sequence > told.get(event.object_id, 0)
    ]
    told |= counts
    events.sort(key=lambda event: (event.object_type == ObjectType.SUBSCRIPTION, event.sequence))
    return [
        Step(
            at=event.occurred_at,
            type=event.type,
            title=event.get_type_display(),
            is_charge=event.object_type == ObjectType.CHARGE,
            snapshot=event.snapshot,
        )
        for event in events
    ]
