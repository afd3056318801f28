"""The customers of a merchant."""

from django.db import transaction

from core import clock
from customers.errors import CustomerAlreadyDeleted
from customers.models import Customer, Merchant


def create_customer(*, merchant: Merchant, processor_reference: str | None = None) -> Customer:
    """Let a merchant have a customer.

    `processor_reference` is what the processor calls it, None when the processor does not know it yet.
    """
    return Customer.objects.create(merchant=merchant, processor_reference=processor_reference)


@transaction.atomic
def delete_customer(customer_id: int) -> Customer:
    """Refuse new subscriptions of a customer from now on; those there are go on.

    Raises CustomerAlreadyDeleted.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if customer.deleted_at is not None:
        raise CustomerAlreadyDeleted
    customer.deleted_at = clock.now()
    customer.save(update_fields=["deleted_at"])
    return customer
