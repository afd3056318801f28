"""Programs that call us with a user name and a password."""

from django.db import models

from core import clock
from customers.models.merchants import Merchant

USERNAME = r"api-[A-Za-z0-9._-]{1,60}"


class ServiceUser(models.Model):
    """A program that acts for one or several merchant accounts."""

    username = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, help_text="As one of Django's hashers keeps it.")
    merchants = models.ManyToManyField(Merchant, related_name="service_users")
    is_active = models.BooleanField(default=True, help_text="It may call the API.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="service_user_has_its_prefix", condition=models.Q(username__regex=f"^{USERNAME}$")
            )
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def principal(self) -> str:
        """Name the caller for idempotency keys and history."""
        return f"service:{self.username}"

    def list_merchants(self) -> models.QuerySet[Merchant]:
        """Return the merchant accounts that it reaches: where every look-up of what it may see starts."""
        return self.merchants.filter(is_active=True)
