"""A server of the dialect alone, with views that write down what they are asked: nothing is billed here."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.service_users import find_merchant_of_user
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from customers.models import Customer
from dialects.unibill.actions import (
    ACTIONS,
    ADJUSTMENTS,
    ALLOCATIONS,
    CUSTOMERS,
    PAYMENT_OPTIONS,
    PLANS,
    SUBSCRIPTIONS,
    TRANSACTIONS,
    Resource,
)
from dialects.unibill.authentication import get_service_user
from dialects.unibill.forms import (
    NUMERIC,
    CentsField,
    CodeField,
    PageForm,
    ReferenceField,
    SecretField,
    StrictDateField,
    StrictFlagField,
    StrictIntegerField,
    StrictTextField,
    WordField,
)
from dialects.unibill.records import Record, Records
from dialects.unibill.references import get_by_reference
from dialects.unibill.urls import list_all_routes
from dialects.unibill.views import UniBillViewSet


class CustomerForm(Serializer):
    """One field of each type."""

    code = CodeField(required=False)
    accountId = StrictIntegerField(source="account_number")
    firstName = StrictTextField(125, source="first_name")
    amount = CentsField(required=False, source="amount_minor")
    isActive = StrictFlagField(default=True, source="is_active")
    firstBillingDate = StrictDateField(required=False, source="first_billing_date")
    planId = ReferenceField(required=False, source="plan")
    type = WordField({"F": "fixed", "P": "perpetual"}, required=False)
    note = StrictTextField(255, required=False)
    csc = SecretField(4, pattern=NUMERIC, required=False)


class CustomerDesk(UniBillViewSet):
    """Customers that are kept, and told again with what was said of them."""

    resource = CUSTOMERS
    forms = {"create": CustomerForm, "modify": CustomerForm, "find": PageForm}

    def create(self, request: HttpRequest) -> HttpResponse:
        return self.answer_once(lambda: show(self._make(), said=self.said))

    def find(self, request: HttpRequest) -> Response:
        rows = self._visible().order_by("pk")
        page = rows[self.wanted["offset"] :][: self.wanted["limit"]]
        return Response(Records("customers", [show(row) for row in page]))

    def load(self, request: HttpRequest, customer_id: str) -> Response:
        return Response(show(self._get(customer_id)))

    def modify(self, request: HttpRequest, customer_id: str) -> Response:
        wanted = {name: str(value) for name, value in self.wanted.items()}
        return Response(show(self._get(customer_id), said=wanted))

    def _make(self) -> Customer:
        merchant = find_merchant_of_user(get_service_user(self.request), self.wanted["account_number"])
        return Customer.objects.create(merchant=merchant, processor_reference=self.wanted.get("code"))

    def _visible(self) -> Any:
        return Customer.objects.filter(merchant__in=get_service_user(self.request).list_merchants())

    def _get(self, reference: str) -> Customer:
        return get_by_reference(self._visible(), reference, code_field="processor_reference")


class PaymentDesk(CustomerDesk):
    """Payments that are begun, and finished outside of the transaction."""

    resource = TRANSACTIONS
    forms = {"process": CustomerForm}
    finished: list[tuple[int, str]] = []

    def process(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        return self.finish_once(lambda: self._make().pk, self._finish)

    def reverse(self, request: HttpRequest, customer_id: str, transaction_id: str) -> Response:
        info = Record("processing-info", {"responseCode": "A01", "approvalCode": None})
        return Response(
            Record("transaction", {"id": 7, "amount": -1999, "note": None, "processingInfo": info})
        )

    def _finish(self, pk: int) -> Record:
        self.finished.append((pk, "inside" if connection.in_atomic_block else "outside"))
        return Record("transaction", {"id": pk, "type": "AP"})


def show(row: Customer, said: Any = None) -> Record:
    known = {"id": row.pk, "code": row.processor_reference or str(row.pk)}
    return Record("customer", known | dict(said or {}))


def name_what_is_asked(resource_: Resource) -> type[UniBillViewSet]:
    """A view for every action of a resource that answers with the action and the references in the path."""

    def answer(name: str) -> Any:
        def act(self: Any, request: HttpRequest, **references: str) -> Response:
            return Response(Record(resource_.element, {"action": name, **references}))

        return act

    names = {action.name for action in ACTIONS if action.resource == resource_}
    members = {"resource": resource_, **{name: answer(name) for name in names}}
    return type("Asked", (UniBillViewSet,), members)


everything = (PLANS, CUSTOMERS, PAYMENT_OPTIONS, SUBSCRIPTIONS, ADJUSTMENTS, TRANSACTIONS, ALLOCATIONS)
urlpatterns = [
    path("api/v01/", include((list_all_routes([CustomerDesk, PaymentDesk]), "desk"))),
]
