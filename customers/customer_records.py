"""What merchants tell us about their customers."""

from collections.abc import Collection, Mapping
from typing import Unpack

from django.db import IntegrityError, transaction

from core.errors import CodeTaken, InvalidField
from customers.contact_fields import CustomerFields, check_code, check_fields
from customers.errors import CustomerNotFound
from customers.models import SEARCHED, Customer, Merchant

ALLOWED = CustomerFields.__optional_keys__


def record_customer(
    *, merchant: Merchant, code: str | None = None, **fields: Unpack[CustomerFields]
) -> Customer:
    """Keep a new customer of a merchant and return it.

    The code is the merchant's own name for it, given once and for all. Raises InvalidField, CodeTaken.
    """
    checked = check_fields(Customer, fields, allowed=ALLOWED)
    code = check_code(code)
    try:
        with transaction.atomic():
            return Customer.objects.create(merchant=merchant, code=code, **checked)
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


def find_customers(
    *, merchant_ids: Collection[int], filters: Mapping[str, str], offset: int, limit: int
) -> list[Customer]:
    """Return the customers of these merchants to whom all filters apply, oldest first.

    A filter is the name of one of SEARCHED and the whole value wanted there, in capitals or not; each has
    an index. Nobody is found by an empty value. Raises InvalidField for another name.
    """
    if strange := filters.keys() - set(SEARCHED):
        raise InvalidField(min(strange), "cannot be searched for")
    found = Customer.objects.select_related("merchant").filter(merchant__in=merchant_ids, deleted_at=None)
    for name, value in filters.items():
        # What is blank is not in the index, so it has to be left out here, too.
        found = found.filter(**{f"{name}__iexact": value}).exclude(**{name: ""})
    return list(found.order_by("pk")[offset : offset + limit])
