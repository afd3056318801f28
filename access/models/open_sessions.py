"""Open sessions: whose each is and where it was begun, so that people can see and end theirs."""

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef

from core import clock
from core.ids import new_public_id

LONGEST_AGENT = 300


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    """Which sessions."""

    def live(self) -> "OpenSessionQuerySet":
        """Keep those that still open something, newest first."""
        session = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
        return self.filter(Exists(session)).order_by("-began_at", "-pk")

    def orphaned(self) -> "OpenSessionQuerySet":
        """Keep those whose session is gone."""
        return self.exclude(Exists(Session.objects.filter(session_key=OuterRef("session_key"))))


class OpenSession(models.Model):
    """A row of Django's table of sessions that belongs to a person. The key is the hash that stands there."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey("auth.User", models.CASCADE, related_name="+")
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    address = models.CharField(max_length=45, blank=True)
    began_at = models.DateTimeField(default=clock.now, editable=False)

    objects = OpenSessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.public_id)
