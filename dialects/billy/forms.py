"""Parameters of each call."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from charges.models import MAX_AMOUNT_MINOR
from customers.models import MAX_REFERENCE
from dialects.billy.aliases import AliasedForm, FundedForm
from dialects.billy.codes import PLAN_TYPES
from dialects.billy.fields import (
    PageField,
    PresenceField,
    RecordField,
    StartField,
    StrictChoiceField,
    StrictNumberField,
    StrictRequiredNumberField,
    StrictRequiredTextField,
    StrictTextField,
)
from dialects.billy.records import CUSTOMER, PLAN
from subscriptions.plans import MAX_INTERVAL
from subscriptions.schedule import Frequency

MAX_PROCESSOR_KEY = 64
MAX_LIMIT = 10_000
MAX_OFFSET = 2**63 - 1
BOTH_REFUNDS = "You cannot set refund_amount with prorated_refund=True"


class CompanyForm(serializers.Serializer):
    """A company registers."""

    processor_key = StrictRequiredTextField(max_length=MAX_PROCESSOR_KEY)
    invitation = StrictTextField()


class CustomerForm(AliasedForm):
    """A customer that may be known to the processor already."""

    aliases: ClassVar[Mapping[str, str]] = {"processor_uri": "external_id"}

    external_id = StrictTextField(max_length=MAX_REFERENCE)


class PlanForm(serializers.Serializer):
    """How much, how often, in which direction."""

    plan_type = StrictChoiceField([*PLAN_TYPES])
    frequency = StrictChoiceField(Frequency)
    amount = StrictRequiredNumberField(maximum=MAX_AMOUNT_MINOR)
    interval = StrictNumberField(maximum=MAX_INTERVAL, default=1)


class SubscriptionForm(FundedForm):
    """Who subscribes to what, paid with what, from when on."""

    customer_guid = RecordField(CUSTOMER)
    plan_guid = RecordField(PLAN)
    payment_uri = StrictTextField(max_length=MAX_REFERENCE)
    amount = StrictNumberField(maximum=MAX_AMOUNT_MINOR)
    started_at = StartField()


class CancelForm(serializers.Serializer):
    """What is given back of the latest payment: a part by time, or an amount."""

    prorated_refund = PresenceField()
    refund_amount = StrictNumberField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both at once. Raises ValidationError."""
        if attrs["prorated_refund"] and attrs["refund_amount"] is not None:
            raise serializers.ValidationError({"refund_amount": [BOTH_REFUNDS]})
        return attrs


class PageForm(serializers.Serializer):
    """Which part of a list."""

    offset = PageField(minimum=0, maximum=MAX_OFFSET, default=0)
    limit = PageField(minimum=0, maximum=MAX_LIMIT, default=20)
