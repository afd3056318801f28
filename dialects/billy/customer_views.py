"""Customers over HTTP."""

from django.http import HttpResponse
from rest_framework.request import Request

from charges.models import Charge
from customers.customers import create_customer, delete_customer
from customers.models import Customer
from dialects.billy.forms import CustomerForm
from dialects.billy.records import CUSTOMER, INVOICE, SUBSCRIPTION, TRANSACTION
from dialects.billy.rendering import render_record
from dialects.billy.views import BillyViewSet, answer
from subscriptions.models import Subscription


class CustomerViewSet(BillyViewSet):
    """Whom a company charges or pays."""

    kind = CUSTOMER
    forms = {"create": CustomerForm}

    def create(self, request: Request) -> HttpResponse:
        """Add a customer."""
        reference = self.read()["external_id"]
        return self.make_once(lambda: create_customer(merchant=self.merchant, processor_reference=reference))

    def list(self, request: Request) -> HttpResponse:
        """List the company's customers."""
        return self.answer_list(lambda: Customer.objects.filter(merchant=self.merchant))

    def destroy(self, request: Request, guid: str) -> HttpResponse:
        """Refuse new subscriptions of a customer."""
        return answer(render_record(CUSTOMER, delete_customer(self.get_own(guid).pk)))

    def subscriptions(self, request: Request, guid: str) -> HttpResponse:
        """List a customer's subscriptions."""
        return self.answer_list(
            lambda: Subscription.objects.filter(customer=self.get_own(guid)), SUBSCRIPTION
        )

    def transactions(self, request: Request, guid: str) -> HttpResponse:
        """List a customer's transactions."""
        return self.answer_list(lambda: Charge.objects.filter(customer=self.get_own(guid)), TRANSACTION)

    def invoices(self, request: Request, guid: str) -> HttpResponse:
        """List the invoices of a customer."""
        return self.answer_list(lambda: Charge.objects.filter(customer=self.get_own(guid)), INVOICE)
