"""What somebody asked to give back of a charge, and why."""

from django.db import models
from django.db.models import F, Q

from charges.models.charge import Charge
from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only


class RefundRequest(models.Model):
    """A request to give back so many cents of a charge; the refund that follows has the id of its request."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refund_requests", db_index=False)
    amount_minor = models.BigIntegerField()
    free_minor = models.BigIntegerField(
        null=True, help_text="Cents that one person could give back then; none is counted in a test."
    )
    approval = models.OneToOneField(
        "approvals.Approval", models.PROTECT, null=True, related_name="refund_request"
    )
    reason = models.CharField(max_length=255)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="refund_request_positive", condition=Q(amount_minor__gte=1)),
            models.CheckConstraint(
                name="above_the_limit_two_people_decide",
                condition=Q(free_minor=None)
                | Q(free_minor__isnull=False, amount_minor__lte=F("free_minor"))
                | Q(approval__isnull=False),
            ),
        ]
        indexes = [models.Index(name="refund_requests_of_a_charge", fields=["charge", "-id"])]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def subject(self) -> str:
        """The natural key under which a second person approves it."""
        return f"refund:{self.public_id}"
