"""Tenant filter: a service user sees the merchant accounts that it reaches, and nothing else."""

from django.db.models import QuerySet

from access.service_users import find_merchant_of_user
from core.errors import InvalidField
from customers.models import Customer, Merchant, ServiceUser
from dialects.unibill.references import get_by_reference
from subscriptions.models import Plan, PlanKind


def choose_merchant(user: ServiceUser, account_number: int | None) -> Merchant:
    """Return the merchant account that is meant; with one alone it need not be named.

    Raises UnknownMerchant, InvalidField.
    """
    if account_number is not None:
        return find_merchant_of_user(user, account_number)
    reached = user.list_merchants()[:2]
    if len(reached) != 1:
        raise InvalidField("account_number", "is required")
    return reached[0]


def list_reached(user: ServiceUser, account_number: int | None = None) -> QuerySet[Merchant]:
    """Return the merchant accounts of a user, or the one of them with a number. Raises UnknownMerchant."""
    reached = user.list_merchants()
    if account_number is None:
        return reached
    return reached.filter(pk=find_merchant_of_user(user, account_number).pk)


def get_customer(user: ServiceUser, reference: str, account_number: int | None = None) -> Customer:
    """Return the customer that is meant, of one merchant account or of all that the user reaches.

    Raises ObjectNotFound, AmbiguousCode, UnknownMerchant.
    """
    customers = Customer.objects.select_related("merchant").filter(deleted_at=None)
    return get_by_reference(customers.filter(merchant__in=list_reached(user, account_number)), reference)


def list_plans(merchants: QuerySet[Merchant]) -> QuerySet[Plan]:
    """Return the plans of merchants by which customers are charged."""
    plans = Plan.objects.select_related("merchant").filter(deleted_at=None, kind=PlanKind.CHARGE)
    return plans.filter(merchant__in=merchants)
