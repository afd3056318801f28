"""Questions about rows that need a look, used by the lists and the first page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from charges.models import Charge, ChargeStatus
from core import clock
from subscriptions.models import SubscriptionStatus

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is asked every day, and the rows that answer it."""

    name: str
    title: str
    answer: Callable[[], Q]


def _wait_for_retry() -> Q:
    waiting = Charge.objects.filter(
        status=ChargeStatus.PROCESSED,
        collect_at__isnull=False,
        subscription__isnull=False,
        has_own_clock=False,
    )
    return Q(pk__in=waiting.values("subscription"))


HELD = Question("held", "Held for a person", lambda: Q(held_at__isnull=False))
RETRIED = Question("retried", "Wait for a retry", _wait_for_retry)
FROZEN_LATELY = Question(
    "frozen",
    "Frozen in the last 7 days",
    lambda: Q(status=SubscriptionStatus.FROZEN, frozen_at__gte=clock.now() - LATELY),
)
DUE = Question("due", "Due, not billed yet", lambda: Q(due_at__lte=clock.now(), has_own_clock=False))
# Of charges and of subscriptions.
ACCEPTED = Question(
    "accepted",
    "Accepted, not activated",
    lambda: Q(status=ChargeStatus.ACCEPTED, holds_until__gte=clock.now()),
)
LAPSED = Question(
    "lapsed",
    "Accepted too long ago to start",
    lambda: Q(status=ChargeStatus.ACCEPTED, holds_until__lt=clock.now()),
)
# Of charges.
COLLECTING = Question(
    "collecting",
    "To be collected next",
    lambda: Q(status=ChargeStatus.PROCESSED, collect_at__isnull=False),
)
# Of differences.
UNSETTLED = Question("unsettled", "Not settled", lambda: Q(settled_at=None))
