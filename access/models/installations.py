"""Which applications an organisation has let in."""

from django.db import models

from core import clock
from core.ids import new_public_id
from customers.models import Application, Organization
from events.guards import each_change_is_told


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
