"""Customers: whom a merchant bills, and how their accounts stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from customers.customers import change_customer, create_customer, find_customers
from customers.models import SEARCHED, Customer
from dialects.unibill.actions import CUSTOMERS
from dialects.unibill.forms import (
    ALPHA,
    CodeField,
    PageForm,
    StrictFlagField,
    StrictIntegerField,
    StrictTextField,
)
from dialects.unibill.records import Record, Records
from dialects.unibill.tenants import choose_merchant, list_reached
from dialects.unibill.views import UniBillViewSet
from ledger.statements import read_customer_balances


class AddressForm(Serializer):
    """An address."""

    street1 = StrictTextField(128, required=False)
    street2 = StrictTextField(128, required=False)
    city = StrictTextField(50, required=False)
    state = StrictTextField(3, required=False)
    countryCode = StrictTextField(3, required=False, pattern=ALPHA, source="country_code")
    zipCode = StrictTextField(15, required=False, source="zip_code")


class CustomerForm(AddressForm):
    """A customer."""

    code = CodeField(required=False)
    accountId = StrictIntegerField(required=False, source="account_number")
    firstName = StrictTextField(125, source="first_name")
    lastName = StrictTextField(125, source="last_name")
    organizationName = StrictTextField(255, required=False, source="organization_name")
    email = StrictTextField(100, required=False)
    phone = StrictTextField(15, required=False)
    isActive = StrictFlagField(default=True, source="is_active")


class CustomerFilters(PageForm):
    """Which customers: the whole of a value, in capitals or not; what is given must all be so."""

    accountId = StrictIntegerField(required=False, source="account_number")
    firstName = StrictTextField(125, required=False, source="first_name")
    lastName = StrictTextField(125, required=False, source="last_name")
    organizationName = StrictTextField(255, required=False, source="organization_name")
    email = StrictTextField(100, required=False)
    phone = StrictTextField(15, required=False)
    street = StrictTextField(128, required=False, source="street1")
    city = StrictTextField(50, required=False)
    state = StrictTextField(3, required=False)
    countryCode = StrictTextField(3, required=False, source="country_code")
    zipCode = StrictTextField(15, required=False, source="zip_code")


class CustomerViewSet(UniBillViewSet):
    """Customers of the merchant accounts that the caller reaches."""

    resource = CUSTOMERS
    forms = {"create": CustomerForm, "find": CustomerFilters, "modify": CustomerForm}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Keep a new customer."""
        merchant = choose_merchant(self.user, self.wanted.get("account_number"))
        code, fields = self.wanted.get("code"), choose_fields(self.wanted)
        return self.answer_once(
            lambda: show_customer(create_customer(merchant=merchant, code=code, **fields), balance_minor=0)
        )

    def find(self, request: HttpRequest) -> Response:
        """List customers, oldest first."""
        merchants = list_reached(self.user, self.wanted.get("account_number"))
        found = find_customers(
            merchant_ids=list(merchants.values_list("pk", flat=True)),
            filters={name: value for name, value in self.wanted.items() if name in SEARCHED},
            offset=self.wanted["offset"],
            limit=self.wanted["limit"],
        )
        return Response(show_customers(found))

    def load(self, request: HttpRequest, customer_id: str) -> Response:
        """Show a customer and the balance of its account."""
        return Response(show_customers([self.customer]).items[0])

    def modify(self, request: HttpRequest, customer_id: str) -> Response:
        """Change what is known of a customer."""
        changed = change_customer(self.customer.pk, **choose_fields(self.wanted))
        return Response(show_customers([changed]).items[0])


def choose_fields(wanted: Mapping[str, Any]) -> Any:
    """Return what may be written into the columns of a customer: all but what is given for good."""
    return {name: value for name, value in wanted.items() if name not in ("code", "account_number")}


def show_customers(customers: Sequence[Customer]) -> Records:
    """Return customers with their balances."""
    ids = [customer.pk for customer in customers]
    balances = read_customer_balances(ids, currency=settings.DEFAULT_CURRENCY)
    shown = [show_customer(customer, balance_minor=balances[customer.pk]) for customer in customers]
    return Records("customers", shown)


def show_customer(customer: Customer, *, balance_minor: int) -> Record:
    """Return a customer as UniBill's clients read it; the balance is cents, negative for a debt."""
    return Record(
        "customer",
        {
            "id": customer.pk,
            "code": customer.code or str(customer.pk),
            "accountId": customer.merchant.account_number,
            "createDate": customer.created_at,
            "firstName": customer.first_name or None,
            "lastName": customer.last_name or None,
            "organizationName": customer.organization_name or None,
            "email": customer.email or None,
            "phone": customer.phone or None,
            "isActive": customer.is_active,
            **show_address(customer),
            "balance": balance_minor,
        },
    )


def show_address(row: Any) -> dict[str, str | None]:
    """Return the parts of an address as fields."""
    return {
        "street1": row.street1 or None,
        "street2": row.street2 or None,
        "city": row.city or None,
        "state": row.state or None,
        "countryCode": row.country_code or None,
        "zipCode": row.zip_code or None,
    }
