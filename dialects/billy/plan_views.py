"""Plans over HTTP."""

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from charges.models import Charge
from customers.models import Customer
from dialects.billy.codes import PLAN_TYPES
from dialects.billy.forms import PlanForm
from dialects.billy.records import CUSTOMER, INVOICE, PLAN, SUBSCRIPTION, TRANSACTION
from dialects.billy.rendering import render_record
from dialects.billy.views import BillyViewSet, answer
from subscriptions.models import Plan, Subscription
from subscriptions.plans import create_plan, delete_plan
from subscriptions.schedule import Frequency


class PlanViewSet(BillyViewSet):
    """What customers subscribe to."""

    kind = PLAN
    forms = {"create": PlanForm}

    def create(self, request: Request) -> HttpResponse:
        """Add a plan."""
        wanted = self.read()
        return self.make_once(
            lambda: create_plan(
                merchant=self.merchant,
                kind=PLAN_TYPES[wanted["plan_type"]],
                frequency=Frequency(wanted["frequency"]),
                interval=wanted["interval"],
                amount_minor=wanted["amount"],
            )
        )

    def list(self, request: Request) -> HttpResponse:
        """List the company's plans."""
        return self.answer_list(lambda: Plan.objects.filter(merchant=self.merchant))

    def destroy(self, request: Request, guid: str) -> HttpResponse:
        """Refuse new subscriptions to a plan."""
        return answer(render_record(PLAN, delete_plan(self.get_own(guid).pk)))

    def subscriptions(self, request: Request, guid: str) -> HttpResponse:
        """List the subscriptions to a plan."""
        return self.answer_list(lambda: Subscription.objects.filter(plan=self.get_own(guid)), SUBSCRIPTION)

    def customers(self, request: Request, guid: str) -> HttpResponse:
        """List the customers with a subscription to a plan, each once."""

        def find() -> QuerySet[Customer]:
            subscribed = Subscription.objects.filter(plan=self.get_own(guid)).values("customer")
            return Customer.objects.filter(merchant=self.merchant, pk__in=subscribed)

        return self.answer_list(find, CUSTOMER)

    def transactions(self, request: Request, guid: str) -> HttpResponse:
        """List the transactions of all subscriptions to a plan."""
        return self.answer_list(lambda: self._find_charges(guid), TRANSACTION)

    def invoices(self, request: Request, guid: str) -> HttpResponse:
        """List the invoices of all subscriptions to a plan."""
        return self.answer_list(lambda: self._find_charges(guid), INVOICE)

    def _find_charges(self, guid: str) -> QuerySet[Charge]:
        ours = Charge.objects.filter(payee=self.merchant.organization, customer__isnull=False)
        return ours.filter(subscription__plan=self.get_own(guid))
