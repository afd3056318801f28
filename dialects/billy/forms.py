"""Which parameters each call takes."""

from typing import Any

from rest_framework import serializers

from charges.models import MAX_AMOUNT_MINOR
from customers.models import MAX_REFERENCE
from dialects.billy.fields import (
    ChoiceField,
    NumberField,
    PageField,
    PresenceField,
    RecordField,
    RequiredNumberField,
    RequiredTextField,
    StartField,
    TextField,
)
from dialects.billy.records import CUSTOMER, PLAN
from subscriptions.models import PlanKind
from subscriptions.plans import MAX_INTERVAL
from subscriptions.schedule import Frequency

MAX_PROCESSOR_KEY = 64
MAX_LIMIT = 10_000
MAX_OFFSET = 2**63 - 1
BOTH_REFUNDS = "You cannot set refund_amount with prorated_refund=True"


class CompanyForm(serializers.Serializer):
    """A company registers."""

    processor_key = RequiredTextField(max_length=MAX_PROCESSOR_KEY)
    invitation = TextField()


class CustomerForm(serializers.Serializer):
    """A customer that may be known to the processor already."""

    external_id = TextField(max_length=MAX_REFERENCE)


class PlanForm(serializers.Serializer):
    """How much, how often, in which direction."""

    plan_type = ChoiceField(PlanKind.values)
    frequency = ChoiceField(Frequency)
    amount = RequiredNumberField(maximum=MAX_AMOUNT_MINOR)
    interval = NumberField(maximum=MAX_INTERVAL, default=1)


class SubscriptionForm(serializers.Serializer):
    """Who subscribes to what, paid with what, from when on."""

    customer_guid = RecordField(CUSTOMER)
    plan_guid = RecordField(PLAN)
    payment_uri = TextField(max_length=MAX_REFERENCE)
    amount = NumberField(maximum=MAX_AMOUNT_MINOR)
    started_at = StartField()


class CancelForm(serializers.Serializer):
    """What is given back of the latest payment: a part by time, or an amount."""

    prorated_refund = PresenceField()
    refund_amount = NumberField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both at once. Raises ValidationError."""
        if attrs["prorated_refund"] and attrs["refund_amount"] is not None:
            raise serializers.ValidationError({"refund_amount": [BOTH_REFUNDS]})
        return attrs


class PageForm(serializers.Serializer):
    """Which part of a list."""

    offset = PageField(minimum=0, maximum=MAX_OFFSET, default=0)
    limit = PageField(minimum=0, maximum=MAX_LIMIT, default=20)
