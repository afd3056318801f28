"""What is paid with: the gateway's token for a card."""

from django.db import models

from core import clock
from core.ids import new_public_id
from customers.models.organizations import Organization


class PaymentOption(models.Model):
    """A card of an organisation as the gateway's token; a number never comes here."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payment_options")
    gateway = models.CharField(max_length=30)
    gateway_token = models.CharField(max_length=255)
    brand = models.CharField(max_length=20)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_default_payment_option",
                fields=["organization"],
                condition=models.Q(is_default=True),
            ),
            models.UniqueConstraint(name="one_row_per_gateway_token", fields=["gateway", "gateway_token"]),
            models.CheckConstraint(
                name="payment_option_has_a_month", condition=models.Q(exp_month__range=(1, 12))
            ),
            models.CheckConstraint(
                name="payment_option_keeps_four_digits", condition=models.Q(last4__regex=r"^\d{4}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} ending in {self.last4}"
