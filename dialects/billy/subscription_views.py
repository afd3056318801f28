"""Subscriptions over HTTP."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from charges.models import Charge
from charges.processor.card_tries import Origin, admit_card, name_source
from charges.requests.parties import Parties
from core import clock
from core.client_address import read_client_address
from customers.models import Customer
from dialects.billy.forms import CancelForm, SubscriptionForm
from dialects.billy.records import CUSTOMER, INVOICE, PLAN, SUBSCRIPTION, TRANSACTION, NotYourRecord
from dialects.billy.views import BillyViewSet
from subscriptions.errors import CustomerDeleted
from subscriptions.lifecycle.billing_policy import bill_at_once
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.collect import collect_now
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Plan, PlanKind, Subscription

# A start that is further away tells a card tester nothing soon; merchants prepare many at a time.
TRIED_SOON = timedelta(days=1)


class SubscriptionViewSet(BillyViewSet):
    """A customer on a plan."""

    kind = SUBSCRIPTION
    forms = {"create": SubscriptionForm, "cancel": CancelForm}
    processor_actions = frozenset({"create", "cancel"})

    def create(self, request: Request) -> HttpResponse:
        """Subscribe a customer; what is due at once is collected before the answer."""
        wanted = self.read()
        return self.make_once(
            lambda: self._subscribe(wanted), prepare=lambda: self._try_card(wanted), afterwards=collect_now
        )

    def list(self, request: Request) -> HttpResponse:
        """List the company's subscriptions."""
        return self.answer_list(
            lambda: Subscription.objects.filter(
                payee=self.merchant.organization, customer__merchant=self.merchant
            )
        )

    def cancel(self, request: Request, guid: str) -> HttpResponse:
        """End a subscription; a refund is sent before the answer."""
        wanted, found = self.read(), self.get_own(guid)
        return self.make_once(
            lambda: cancel_subscription(
                found.pk,
                actor=f"merchant:{self.merchant.public_id}",
                prorated_refund=wanted["prorated_refund"],
                refund_minor=wanted["refund_amount"],
                repeatable=False,
            ),
            afterwards=collect_now,
        )

    def transactions(self, request: Request, guid: str) -> HttpResponse:
        """List the payments and refunds of a subscription."""
        return self.answer_list(lambda: Charge.objects.filter(subscription=self.get_own(guid)), TRANSACTION)

    def invoices(self, request: Request, guid: str) -> HttpResponse:
        """List the invoices of a subscription."""
        return self.answer_list(lambda: Charge.objects.filter(subscription=self.get_own(guid)), INVOICE)

    def _try_card(self, wanted: dict[str, Any]) -> None:
        """Count what is charged within a day as a try of its card. Raises TooManyCards, and what is wrong."""
        customer, plan = self._find_parties(wanted)
        starts_at = wanted["started_at"]
        is_soon = starts_at is None or starts_at - clock.now() < TRIED_SOON
        if is_soon and plan.kind == PlanKind.CHARGE:
            origin = Origin(self.name_caller(), read_client_address(self.request), customer.pk)
            admit_card(name_source(customer, wanted["payment_uri"] or None), origin=origin)

    def _subscribe(self, wanted: dict[str, Any]) -> Subscription:
        customer, plan = self._find_parties(wanted)
        return create_subscription(
            parties=Parties.of_customer(customer),
            policy=bill_at_once(retry_limit=settings.BILLY_MAXIMUM_RETRY),
            plan=plan,
            price_minor=wanted["amount"],
            funding_source=wanted["payment_uri"] or None,
            starts_at=wanted["started_at"],
        )

    def _find_parties(self, wanted: dict[str, Any]) -> tuple[Customer, Plan]:
        customer, plan = wanted["customer_guid"], wanted["plan_guid"]
        self._require_own(customer, CUSTOMER.name)
        if customer.deleted_at is not None:  # Billy says so before it looks at whose the plan is.
            raise CustomerDeleted
        self._require_own(plan, PLAN.name)
        return customer, plan

    def _require_own(self, row: Any, name: str) -> None:
        if row.merchant_id != self.merchant.pk:
            raise NotYourRecord(f"Can only subscribe to your own {name}")
