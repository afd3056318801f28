"""Who directed payouts: told an account, changed how one is made, set a schedule, or gave out a log-in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only
from customers.models import Organization
from payouts.models.accounts import PayoutAccount


class DirectionKind(models.TextChoices):
    """What somebody did that decides where money goes, how, or when."""

    ACCOUNT = "account", "Told the account"
    METHOD = "method", "Had a payout go elsewhere, or be made otherwise"
    SCHEDULE = "schedule", "Had the seller paid every month, or not any more"
    LOG_IN = "log_in", "Set the password, name or address of somebody's log-in"


class Direction(models.Model):
    """One person directed payouts; by that it cannot approve them. People are told by id: names change."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=DirectionKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", help_text="Who did it."
    )
    account = models.ForeignKey(PayoutAccount, models.PROTECT, null=True, related_name="+", db_index=False)
    payout = models.ForeignKey("payouts.Payout", models.PROTECT, null=True, related_name="+", db_index=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3, blank=True)
    log_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Whose log-in it was.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_direction_is_of_one_thing",
                condition=Q(
                    kind="account", account__isnull=False, payout=None, organization=None, log_in=None
                )
                | Q(kind="method", account=None, payout__isnull=False, organization=None, log_in=None)
                | Q(kind="schedule", account=None, payout=None, organization__isnull=False, log_in=None)
                & ~Q(currency="")
                | Q(kind="log_in", account=None, payout=None, organization=None, log_in__isnull=False),
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} by {self.user_id}"
