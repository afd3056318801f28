"""The customers of a merchant."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from core import clock
from core.ids import new_public_id
from customers.models.addresses import PostalAddress
from customers.models.merchants import MAX_REFERENCE, Merchant

MAX_CODE = 60
SEARCHED = (
    "first_name",
    "last_name",
    "organization_name",
    "email",
    "phone",
    "street1",
    "city",
    "state",
    "country_code",
    "zip_code",
)


def index_search_by(name: str) -> models.Index:
    """Serve `iexact` on one column within a merchant; blank values cost nothing."""
    return models.Index(
        F("merchant"), Upper(name), F("id"), name=f"customer_by_{name}", condition=~Q(**{name: ""})
    )


class Customer(PostalAddress):
    """Somebody whom a merchant charges or pays. Some merchants tell us nothing more of them."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="customers", db_index=False)
    code = models.CharField(  # noqa: DJ001 - many have none, and then the id stands in for it
        max_length=MAX_CODE, null=True, help_text="The merchant's own name for it."
    )
    first_name = models.CharField(max_length=125, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=125, blank=True, default="", db_default="")
    organization_name = models.CharField(max_length=255, blank=True, default="", db_default="")
    email = models.CharField(max_length=100, blank=True, default="", db_default="")
    phone = models.CharField(max_length=15, blank=True, default="", db_default="")
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="The merchant's own mark; what was agreed goes on."
    )
    processor_reference = models.CharField(  # noqa: DJ001 - empty is a reference too, see the Billy sheet
        max_length=MAX_REFERENCE, null=True, help_text="What the processor calls it; null until it is asked."
    )
    deleted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_customer_per_code", fields=["merchant", "code"]),
            models.CheckConstraint(name="customer_code_not_empty", condition=~Q(code="")),
        ]
        indexes = [
            models.Index(name="customer_list", fields=["merchant", "-id"]),
            *map(index_search_by, SEARCHED),
            models.Index(Upper("email"), name="customers_of_an_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return f"customer {self.public_id}"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()
