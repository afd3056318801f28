"""The judgement after a fault: the processor's own books, ours, and every invariant."""

from collections import Counter
from collections.abc import Collection, Iterator

from django.db.models import Count

from charges.models import Charge, ChargeKind, ChargeStatus
from operations.verification import find_breaches
from simulator.judging import compare_with_processor, list_moved
from subscriptions.models import Subscription


def judge(*, due: Collection[int]) -> list[str]:
    """Return what is wrong, each in a sentence; `due` are charges that have to be collected by now."""
    return [*find_uncollected(due), *compare_with_processor(), *find_broken_invariants()]


def find_broken_invariants() -> Iterator[str]:
    """Yield what `manage.py verify` would print."""
    for breach in find_breaches():
        yield f"{breach.invariant.id} {breach.invariant.sentence} {breach.rows[:2]}"


def find_uncollected(charge_ids: Collection[int]) -> Iterator[str]:
    """Yield charges of these that are not collected, or that the processor collected never or twice."""
    captured = Counter(movement.key for movement in list_moved())
    for charge in Charge.objects.filter(pk__in=charge_ids).prefetch_related("attempts"):
        times = sum(captured[attempt.key] for attempt in charge.attempts.all())
        if charge.status != ChargeStatus.SUCCESS or times != 1:
            yield f"charge {charge.pk} is {charge.status} and was captured {times} times"


def find_unbilled(subscription_ids: Collection[int], *, periods: int) -> Iterator[str]:
    """Yield subscriptions of these that do not have so many paid periods."""
    for subscription in Subscription.objects.filter(pk__in=subscription_ids):
        paid = Charge.objects.filter(subscription=subscription, status=ChargeStatus.SUCCESS).count()
        if paid != periods:
            yield f"subscription {subscription.pk} has {paid} paid periods, not {periods}"


def find_lost(acknowledged: Collection[str]) -> Iterator[str]:
    """Yield the public ids of charges and subscriptions that were acknowledged and are not there."""
    known = {
        str(public_id)
        for model in (Charge, Subscription)
        for public_id in model.objects.filter(public_id__in=acknowledged).values_list("public_id", flat=True)
    }
    yield from (f"{lost} was acknowledged and is lost" for lost in sorted(set(acknowledged) - known))


def find_made_twice() -> Iterator[str]:
    """Yield the names of charges that were asked for once, under one key, and made twice."""
    names = Charge.objects.filter(subscription=None, kind=ChargeKind.CHARGE, name__startswith="Load ")
    twice = names.values("name").annotate(times=Count("pk")).filter(times__gt=1)
    yield from (f"{row['name']} was made {row['times']} times" for row in twice)
