"""Subscriptions: what customers are billed every period, and what changes it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from charges.requests.parties import Parties
from customers.models import PaymentOption
from customers.payment_options import list_customer_options
from dialects.unibill.actions import ADJUSTMENTS, SUBSCRIPTIONS
from dialects.unibill.codes import (
    ADJUSTMENT_TYPES,
    ASKED_STATUSES,
    CYCLES,
    STATUSES,
    SUBSCRIPTION_TYPES,
    spell,
)
from dialects.unibill.days import begin_day, filter_by_creation
from dialects.unibill.forms import (
    CentsField,
    CodeField,
    LengthField,
    PageForm,
    ReferenceField,
    StrictDateField,
    StrictIntegerField,
    StrictTextField,
    UnsupportedField,
    WordField,
)
from dialects.unibill.records import Record, Records
from dialects.unibill.references import filter_by_reference, find_referred, get_by_reference
from dialects.unibill.tenants import list_plans
from dialects.unibill.views import UniBillViewSet
from subscriptions.lifecycle.agreement_status import (
    filter_by_next_billing,
    find_next_billings,
    list_agreements,
)
from subscriptions.lifecycle.billing_policy import bill_by_invoice
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.change import change_subscription, skip_periods
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Plan, Subscription, SubscriptionAdjustment


class SubscriptionForm(Serializer):
    """A subscription."""

    code = CodeField(required=False)
    accountId = StrictIntegerField(required=False, source="account_number")
    type = WordField(SUBSCRIPTION_TYPES, required=False)
    amount = CentsField(min_value=1, required=False, source="amount_minor")
    taxAmount = UnsupportedField()
    planId = ReferenceField(required=False, source="plan_reference")
    billingCycleType = WordField(CYCLES, required=False, source="cycle")
    length = LengthField(required=False)
    paymentOptionId = ReferenceField(required=False, source="option_reference")
    firstBillingDate = StrictDateField(required=False, source="first_billing_on")
    note = StrictTextField(255, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what is wanted. Raises ValidationError when type and length do not fit each other."""
        is_fixed, has_length = attrs.get("type") == "fixed", "length" in attrs
        if is_fixed and not has_length:
            raise serializers.ValidationError({"length": ["is required for type F"]})
        if has_length and "type" in attrs and not is_fixed:
            raise serializers.ValidationError({"length": ["is only for type F"]})
        return attrs


class SubscriptionChanges(Serializer):
    """What of a subscription can be modified; all else is left as it is, whatever is sent."""

    paymentOptionId = ReferenceField(required=False, source="option_reference")
    note = StrictTextField(255, required=False)


class SubscriptionFilters(PageForm):
    """Which subscriptions; what is given must all be so."""

    createDate = StrictDateField(required=False, source="created_on")
    planId = ReferenceField(required=False, source="plan_reference")
    nextBillingDate = StrictDateField(required=False, source="next_billing_on")
    status = WordField(ASKED_STATUSES, required=False, source="agreement_status")


class Cancellation(Serializer):
    """When a subscription is to end: now, if no day is said."""

    effectiveDate = StrictDateField(required=False, source="effective_on")
    note = StrictTextField(255, required=False)


class Freeze(Cancellation):
    """How many payments are to be left out: from the next one on, if no day is said."""

    length = LengthField()


class SubscriptionViewSet(UniBillViewSet):
    """Subscriptions of a customer."""

    resource = SUBSCRIPTIONS
    forms = {
        "create": SubscriptionForm,
        "find": SubscriptionFilters,
        "modify": SubscriptionChanges,
        "cancel": Cancellation,
        "freeze": Freeze,
    }

    def create(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Agree on a subscription; the first billing is tomorrow (UTC), if no day is said."""
        return self.answer_once(lambda: self._show(self._agree().pk))

    def find(self, request: HttpRequest, customer_id: str) -> Response:
        """List a customer's subscriptions, oldest first."""
        found = self._filter(list_agreements(self.customer.pk)).order_by("pk")
        page = found[self.wanted["offset"] :][: self.wanted["limit"]]
        return Response(Records("subscriptions", self._show_all(page)))

    def load(self, request: HttpRequest, customer_id: str, subscription_id: str) -> Response:
        """Show a subscription."""
        return Response(self._show(self._get(subscription_id).pk))

    def modify(self, request: HttpRequest, customer_id: str, subscription_id: str) -> Response:
        """Change the note or the payment option."""
        changed = change_subscription(
            self._get(subscription_id).pk,
            actor=self.user.principal,
            note=self.wanted.get("note"),
            payment_option=self._find_option(),
        )
        return Response(self._show(changed.pk))

    def cancel(self, request: HttpRequest, customer_id: str, subscription_id: str) -> HttpResponse:
        """End a subscription now or on a day."""
        subscription, note = self._get(subscription_id), self.wanted.get("note", "")
        on = self.wanted.get("effective_on")
        return self.answer_once(
            lambda: self._show(
                cancel_subscription(
                    subscription.pk, actor=self.user.principal, effective_on=on, reason=note
                ).pk
            )
        )

    def freeze(self, request: HttpRequest, customer_id: str, subscription_id: str) -> HttpResponse:
        """Leave out some payments."""
        subscription, note = self._get(subscription_id), self.wanted.get("note", "")
        on, length = self.wanted.get("effective_on"), self.wanted["length"]
        return self.answer_once(
            lambda: self._show(
                skip_periods(
                    subscription.pk, actor=self.user.principal, length=length, effective_on=on, note=note
                ).pk
            )
        )

    def _get(self, reference: str) -> Subscription:
        return get_agreement(self.customer.pk, reference)

    def _agree(self) -> Subscription:
        first_billing_on = self.wanted.get("first_billing_on")
        frequency, interval = self.wanted.get("cycle", (None, 1))
        return create_subscription(
            parties=Parties.of_customer(self.customer),
            policy=bill_by_invoice(),
            plan=self._find_plan(),
            price_minor=self.wanted.get("amount_minor"),
            frequency=frequency,
            interval=interval,
            length=self.wanted.get("length"),
            payment_option=self._find_option(),
            starts_at=begin_day(first_billing_on) if first_billing_on else None,
            external_id=self.wanted.get("code", ""),
            note=self.wanted.get("note", ""),
        )

    def _filter(self, agreements: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if reference := self.wanted.get("plan_reference"):
            plans = filter_by_reference(list_plans(self.user.list_merchants()), reference)
            agreements = agreements.filter(plan__in=plans)
        if agreement_status := self.wanted.get("agreement_status"):
            agreements = agreements.filter(Q(agreement_status=agreement_status))
        day = self.wanted.get("created_on")
        agreements = agreements.filter(**filter_by_creation(day, day))
        on = self.wanted.get("next_billing_on")
        return filter_by_next_billing(agreements, on) if on else agreements

    def _find_plan(self) -> Plan | None:
        reference = self.wanted.get("plan_reference")
        plans = list_plans(self.user.list_merchants()).filter(merchant=self.customer.merchant_id)
        return find_referred(plans, reference, field="plan") if reference else None

    def _find_option(self) -> PaymentOption | None:
        reference = self.wanted.get("option_reference")
        options = list_customer_options(self.customer.pk)
        return find_referred(options, reference, field="payment_option") if reference else None

    def _show(self, subscription_id: int) -> Record:
        return self._show_all(list_agreements(self.customer.pk).filter(pk=subscription_id))[0]

    def _show_all(self, agreements: Iterable[Subscription]) -> list[Record]:
        rows = list(agreements)
        next_billings = find_next_billings(rows)
        number = self.customer.merchant.account_number
        return [show_subscription(row, number, next_billings[row.pk]) for row in rows]


class AdjustmentViewSet(UniBillViewSet):
    """What changed, or is to change, in the course of a subscription."""

    resource = ADJUSTMENTS
    forms = {"find": PageForm}

    def find(self, request: HttpRequest, customer_id: str, subscription_id: str) -> Response:
        """List the adjustments of a subscription, oldest first."""
        rows = get_agreement(self.customer.pk, subscription_id).adjustments.order_by("pk")
        page = rows[self.wanted["offset"] :][: self.wanted["limit"]]
        return Response(Records("adjustments", [show_adjustment(row) for row in page]))


def get_agreement(customer_id: int, reference: str) -> Subscription:
    """Return the subscription that is meant. Raises ObjectNotFound."""
    return get_by_reference(list_agreements(customer_id), reference, code_field="external_id")


def show_subscription(row: Any, account_number: int, next_billing_on: date | None) -> Record:
    """Return a subscription as UniBill's clients read it; `row` has its agreement_status."""
    return Record(
        "subscription",
        {
            "id": row.pk,
            "code": row.external_id or str(row.pk),
            "accountId": account_number,
            "customerId": row.customer_id,
            "createDate": row.created_at,
            "type": "P" if row.length is None else "F",
            "status": spell(STATUSES, row.agreement_status),
            "amount": row.price_minor,
            "planId": row.plan_id,
            "planName": (row.plan.name or None) if row.plan else None,
            "billingCycleType": spell(CYCLES, (row.frequency, row.interval)),
            "length": row.length,
            "paymentOptionId": row.payment_option_id,
            "note": row.note or None,
            "firstBillingDate": row.anchor_at.date(),
            "nextBillingDate": next_billing_on,
            "lastBillingDate": row.last_billed_at.date() if row.last_billed_at else None,
            "pendingAdjustmentType": spell(ADJUSTMENT_TYPES, row.pending_kind),
        },
    )


def show_adjustment(row: SubscriptionAdjustment) -> Record:
    """Return an adjustment as UniBill's clients read it."""
    return Record(
        "subscription-adjustment",
        {
            "id": row.pk,
            "type": spell(ADJUSTMENT_TYPES, row.kind),
            "effectiveDate": row.effective_on,
            "endDate": row.end_on,
            "length": row.length,
            "note": row.note or None,
        },
    )
