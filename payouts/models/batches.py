"""Files that banks exchange with us: what we ask them to pay, and what they say of it."""

from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only
from core.money import Money


class PayoutBatch(models.Model):
    """A file by which a bank makes payouts, as it was written; the sum is in cents."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    currency = models.CharField(max_length=3)
    count = models.PositiveIntegerField()
    total_minor = models.BigIntegerField()
    execution_on = models.DateField(help_text="The day on which the bank is asked to pay.")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "payout batches"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="a_payout_batch_pays_something", condition=Q(count__gte=1, total_minor__gte=1)
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def message_id(self) -> str:
        """The name of the message and of its one block, by which the bank tells it from others."""
        return self.public_id.hex

    @property
    def total(self) -> Money:
        """The sum of its payouts."""
        return Money(self.total_minor, self.currency)


class BankReport(models.Model):
    """A file in which a bank says what became of payouts, taken once by its hash."""

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ("pain.002", "camt.053")])
    sha256 = models.CharField(max_length=64, unique=True)
    settled = models.PositiveIntegerField(help_text="How many payouts it settled.")
    returned = models.PositiveIntegerField(help_text="How many payouts came back by it.")
    unmatched = models.PositiveIntegerField(help_text="How many are for a person to compare.")
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
