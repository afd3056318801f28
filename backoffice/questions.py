"""Questions about rows that need a look, used by the lists and the first page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from charges.models import AttemptState, Charge, ChargeStatus, DisputeStatus
from core import clock
from payouts.models import PayoutMethod, PayoutStatus
from subscriptions.models import SubscriptionStatus
from webhooks.models import DisabledReason, Endpoint

LATELY = SOON = timedelta(days=7)
OVERDUE = timedelta(minutes=2)
# A server that is away is called again every minute.
OVERDUE_MAIL = timedelta(minutes=10)


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
# Of disputes.
DUE_SOON = Question(
    "due_soon",
    "To answer within 7 days",
    lambda: Q(status=DisputeStatus.OPENED, evidence_due_by__range=(clock.now(), clock.now() + SOON)),
)
TOO_LATE = Question(
    "too_late",
    "Too late to answer",
    lambda: Q(status=DisputeStatus.OPENED, evidence_due_by__lt=clock.now()),
)
# Of differences.
UNSETTLED = Question("unsettled", "Not settled", lambda: Q(settled_at=None))
# Of attempts.
RETURNED_LATELY = Question(
    "returned",
    "Came back in the last 7 days",
    lambda: Q(state=AttemptState.RETURNED, resolved_at__gt=clock.now() - LATELY),
)
# Of card testing.
SLOWED_LATELY = Question(
    "lately", "Refused in the last 24 hours", lambda: Q(last_refused_at__gt=clock.now() - timedelta(days=1))
)
# Of payouts: the processor says something else than what was asked of it.
UNCLEAR = Question(
    "unclear",
    "For a person to settle",
    lambda: Q(status=PayoutStatus.SENT, method=PayoutMethod.PROCESSOR, check_at=None),
)
# Of webhook endpoints.
FAILING = Question(
    "failing",
    "Failing",
    lambda: Q(pk__in=Endpoint.objects.served().filter(failing_since__isnull=False).values("pk")),
)
OFF = Question("off", "Switched off", lambda: Q(disabled_at__isnull=False, deleted_at=None))
OFF_FOR_FAILING = Question(
    "off_for_failing",
    "Switched off for failing",
    lambda: OFF.answer() & Q(disabled_reason__in=[DisabledReason.GONE, DisabledReason.FAILING]),
)
# Of deliveries.
TRIED = Question("tried", "Still tried", lambda: Q(due_at__isnull=False))
UNSENT = Question(
    "unsent",
    "Nobody sends them",
    lambda: Q(
        due_at__lt=clock.now() - OVERDUE, endpoint__in=Endpoint.objects.served().filter(failing_since=None)
    ),
)
DEAD = Question("dead", "Dead: every try failed", lambda: Q(dead_at__isnull=False))
# Of mails.
WAITING = Question("waiting", "Waiting", lambda: Q(due_at__isnull=False))
OVERDUE_MAILS = Question("overdue", "Nobody sends them", lambda: Q(due_at__lt=clock.now() - OVERDUE_MAIL))
GIVEN_UP = Question("failed", "Given up", lambda: Q(failed_at__isnull=False))
GIVEN_UP_LATELY = Question(
    "failed_lately", "Given up in the last 7 days", lambda: Q(failed_at__gt=clock.now() - LATELY)
)
