"""Creating, changing, deleting and finding the customers of a merchant."""

from collections.abc import Collection, Mapping
from typing import Unpack

from django.db import IntegrityError, transaction

from core import clock
from core.errors import CodeTaken
from customers.contact_fields import CustomerFields, check_code, check_fields, check_reference
from customers.errors import CustomerAlreadyDeleted, CustomerNotFound
from customers.models import SEARCHED, Customer, Merchant

ALLOWED = CustomerFields.__optional_keys__


def create_customer(
    *,
    merchant: Merchant,
    code: str | None = None,
    processor_reference: str | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """Create a customer of a merchant and return it; both names are given once and for all.

    `code` is the merchant's own name for it; `processor_reference` is the processor's, None when the
    processor does not know it yet. Raises InvalidField, CodeTaken.
    """
    checked = check_fields(Customer, fields, allowed=ALLOWED)
    checked["code"] = check_code(code)
    checked["processor_reference"] = check_reference("processor_reference", processor_reference)
    try:
        with transaction.atomic():
            return Customer.objects.create(merchant=merchant, **checked)
    except IntegrityError:
        raise CodeTaken from None


@transaction.atomic
def change_customer(customer_id: int, **changes: Unpack[CustomerFields]) -> Customer:
    """Change what is known of a customer and return it. Raises CustomerNotFound, InvalidField."""
    checked = check_fields(Customer, changes, allowed=ALLOWED)
    rows = Customer.objects.select_related("merchant").select_for_update(of=("self",), no_key=True)
    customer = rows.filter(pk=customer_id, deleted_at=None).first()
    if customer is None:
        raise CustomerNotFound
    for name, value in checked.items():
        setattr(customer, name, value)
    customer.save(update_fields=checked.keys())
    return customer


@transaction.atomic
def delete_customer(customer_id: int) -> Customer:
    """Refuse new subscriptions of a customer from now on; those there are go on.

    Raises CustomerNotFound, CustomerAlreadyDeleted.
    """
    customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    if customer is None:
        raise CustomerNotFound
    if customer.deleted_at is not None:
        raise CustomerAlreadyDeleted
    customer.deleted_at = clock.now()
    customer.save(update_fields=["deleted_at"])
    return customer


def find_customers(
    *, merchant_ids: Collection[int], filters: Mapping[str, str], offset: int, limit: int
) -> list[Customer]:
    """Return the customers of these merchants to whom all filters apply, oldest first.

    A filter is the name of one of SEARCHED and the whole value wanted there, in capitals or not; each has
    an index. Nobody is found by an empty value. Raises TypeError for another name.
    """
    if unknown := filters.keys() - set(SEARCHED):
        raise TypeError(f"cannot be searched for: {sorted(unknown)}")
    found = Customer.objects.select_related("merchant").filter(merchant__in=merchant_ids, deleted_at=None)
    for name, value in filters.items():
        # What is blank is not in the index, so it has to be left out here, too.
        found = found.filter(**{f"{name}__iexact": value}).exclude(**{name: ""})
    return list(found.order_by("pk")[offset : offset + limit])
