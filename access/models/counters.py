"""Counters of wrong passwords. Of a request only name, address, time and outcome are kept."""

from datetime import datetime, timedelta

from django.db import models

from access.log_in_rules import FORGOTTEN_AFTER, LOCK_AFTER, CounterKind, wait_after
from core import clock

LONGEST_SUBJECT = 320


class LogInCounter(models.Model):
    """How often passwords were wrong in a row, for one name, address or known device; times are UTC."""

    kind = models.CharField(max_length=10, choices=CounterKind.choices)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    failures = models.PositiveIntegerField(default=0)
    last_try_at = models.DateTimeField(default=clock.now)
    link_mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_counter_for_a_subject", fields=["kind", "subject"]),
            models.CheckConstraint(
                name="a_counter_is_of_a_known_kind", condition=models.Q(kind__in=CounterKind.values)
            ),
        ]
        indexes = [models.Index(fields=["last_try_at"], name="counters_by_age")]
        verbose_name = "log-in limit"
        permissions = [("open_log_in", "Can open log-ins that wrong passwords have locked")]

    def __str__(self) -> str:
        return self.subject

    def count_at(self, now: datetime) -> int:
        """Return the failures that still count."""
        is_old = now - self.last_try_at > FORGOTTEN_AFTER[CounterKind(self.kind)]
        return 0 if is_old else self.failures

    def wait_at(self, now: datetime) -> timedelta:
        """Return how long the next try has to wait, at least zero."""
        wait = wait_after(self.kind, self.count_at(now)) - (now - self.last_try_at)
        return max(timedelta(), wait)

    def is_locked_at(self, now: datetime) -> bool:
        """Say whether the name is closed to strangers, or the device counts as a stranger's."""
        return self.kind != CounterKind.ADDRESS and self.count_at(now) >= LOCK_AFTER
