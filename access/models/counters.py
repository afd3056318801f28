"""Counters of wrong passwords, and which applications an organisation has let in."""

from datetime import datetime, timedelta

from django.db import models

from access.log_in_rules import FORGOTTEN_AFTER, LOCK_AFTER, CounterKind, wait_after
from core import clock
from core.ids import new_public_id
from customers.models import Application, Organization
from events.guards import each_change_is_told

LONGEST_SUBJECT = 320


class InstallationStatus(models.TextChoices):
    """Whether an application may act for an organisation."""

    INSTALLED = "installed", "Installed"
    UNINSTALLED = "uninstalled", "Uninstalled"


class Installation(models.Model):
    """An application and an organisation whose people let it act for them; its history are its events."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=20, choices=InstallationStatus.choices, default=InstallationStatus.UNINSTALLED
    )
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    event_count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_installs_an_application_once", fields=["organization", "application"]
            ),
            models.CheckConstraint(
                name="an_installation_has_a_known_status",
                condition=models.Q(status__in=InstallationStatus.values),
            ),
        ]
        triggers = [each_change_is_told()]

    def __str__(self) -> str:
        return str(self.public_id)


class LogInCounter(models.Model):
    """How often passwords were wrong in a row, for one name, address or known device; times are UTC.

    Of a request only name, address, time and outcome are kept.
    """

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
