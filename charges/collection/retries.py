"""Retry schedules of failed attempts. Differences between dialects are columns of the charge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db.models import QuerySet

from charges.models import Charge, ChargeStatus
from core import clock
from core.due_by_clock import on_this_clock

# How long to wait before a gateway is asked again what became of an attempt, by how often it was asked.
CHECK_DELAYS = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 21_600, 86_400))
FIRST_CHECK = CHECK_DELAYS[0]
NOT_SENT_DELAY = timedelta(seconds=30)
LONGEST_NOT_SENT_DELAY = timedelta(hours=1)


class RetryPolicy(Protocol):
    """The columns of a charge that decide."""

    @property
    def retry_days(self) -> Sequence[int]:
        """Days after the first failure on which to try again."""

    @property
    def retry_limit(self) -> int | None:
        """How often to try again, whatever the failure; None for by days."""

    @property
    def failure_count(self) -> int:
        """How many attempts have failed before this one."""

    @property
    def first_declined_at(self) -> datetime | None:
        """When the first of them failed (UTC)."""

    @property
    def given_up_at(self) -> datetime | None:
        """Since when nothing new is sent (UTC)."""


def plan_retry(policy: RetryPolicy, *, at: datetime, hard: bool) -> datetime | None:
    """Return when to try again after an attempt that failed at `at` (UTC); None for never.

    Counted retries come one interval apart and do not ask why it failed, as programs expect whose only
    schedule was how often a job ran; the others follow the calendar, and a hard decline ends them.
    """
    if policy.given_up_at is not None:
        return None
    if policy.retry_limit is not None:
        again = policy.failure_count < policy.retry_limit
        return at + timedelta(hours=settings.RETRY_INTERVAL_HOURS) if again else None
    return None if hard else find_retry(policy.first_declined_at or at, policy.retry_days, after=at)


def find_retry(first_declined_at: datetime, retry_days: Sequence[int], *, after: datetime) -> datetime | None:
    """Return the next retry (UTC) of a schedule in days after the first decline, None when it is used up.

    Looking at the calendar instead of counting attempts keeps a payer's own tries from using it up.
    """
    planned = (first_declined_at + timedelta(days=days) for days in retry_days)
    return min((instant for instant in planned if instant > after), default=None)


def plan_resend(number: int, *, at: datetime) -> datetime:
    """Return when to try again after attempt `number` was not sent at `at` (UTC): 30 s to 1 h later."""
    return at + min(NOT_SENT_DELAY * 2 ** min(number - 1, 10), LONGEST_NOT_SENT_DELAY)


def find_check_delay(checks: int) -> timedelta:
    """Return how long to wait before a gateway is asked once more, after it was asked `checks` times."""
    return CHECK_DELAYS[min(checks, len(CHECK_DELAYS) - 1)]


def bring_counted_retries_forward() -> None:
    """Let every charge that is retried by count be tried now; what is given up or under way stays."""
    list_counted_retries().update(collect_at=clock.now())


def list_counted_retries() -> QuerySet[Charge]:
    """Return the charges that wait for a retry by count."""
    return Charge.objects.filter(
        on_this_clock(),
        status=ChargeStatus.PROCESSED,
        retry_limit__isnull=False,
        collect_at__gt=clock.now(),
    )
