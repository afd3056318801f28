"""Serializers that describe answers in OpenAPI; rendering.py builds the answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from dialects.billy.codes import INVOICE_STATUSES, INVOICE_TYPES, PLAN_TYPES, TRANSACTION_TYPES
from dialects.billy.forms import MAX_LIMIT
from subscriptions.schedule import Frequency

CENTS = "In the smallest unit of the currency, such as cents."
STATUSES = [*INVOICE_STATUSES]


class Instant(serializers.CharField):
    """An instant in UTC without a zone, and without a fraction if that is zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text="UTC, as 2013-08-16T00:00:00 or 2013-08-16T00:00:00.000001.", **options)


class NoItems(serializers.ListField):
    """A list in which there is never anything."""

    def __init__(self) -> None:
        super().__init__(child=serializers.DictField(), help_text="Always empty.")


class Company(serializers.Serializer):
    """A company with its key."""

    guid = serializers.CharField()
    api_key = serializers.CharField(help_text="The user name of HTTP Basic; may be shown once only.")
    created_at = Instant()
    updated_at = Instant()


class Customer(serializers.Serializer):
    """Whom a company charges or pays."""

    guid = serializers.CharField()
    company_guid = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="What the processor calls the customer.")
    deleted = serializers.BooleanField(help_text="It gets no new subscriptions; those there are go on.")
    created_at = Instant()
    updated_at = Instant()


class Plan(serializers.Serializer):
    """What customers subscribe to."""

    guid = serializers.CharField()
    company_guid = serializers.CharField()
    plan_type = serializers.ChoiceField([*PLAN_TYPES][:2])
    frequency = serializers.ChoiceField([*Frequency])
    amount = serializers.IntegerField(help_text=CENTS)
    interval = serializers.IntegerField(help_text="Every so many days, weeks, months or years.")
    deleted = serializers.BooleanField()
    created_at = Instant()
    updated_at = Instant()


class Subscription(serializers.Serializer):
    """A customer on a plan."""

    guid = serializers.CharField()
    customer_guid = serializers.CharField()
    plan_guid = serializers.CharField()
    payment_uri = serializers.CharField(
        allow_null=True, help_text="A card or bank account, if one was named."
    )
    amount = serializers.IntegerField(allow_null=True, help_text=f"Null when it is the plan's. {CENTS}")
    period = serializers.IntegerField(help_text="How many periods are billed.")
    canceled = serializers.BooleanField()
    canceled_at = Instant(allow_null=True)
    started_at = Instant()
    next_transaction_at = Instant()
    created_at = Instant()
    updated_at = Instant()


class Transaction(serializers.Serializer):
    """A charge, a payout or a refund."""

    guid = serializers.CharField()
    subscription_guid = serializers.CharField(allow_null=True)
    transaction_type = serializers.ChoiceField([*TRANSACTION_TYPES.values()])
    status = serializers.ChoiceField(STATUSES)
    amount = serializers.IntegerField(help_text=CENTS)
    payment_uri = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True, help_text="What the processor calls the payment.")
    failure_count = serializers.IntegerField()
    error_message = serializers.CharField(allow_null=True, help_text="Of the latest failure.")
    scheduled_at = Instant(allow_null=True)
    created_at = Instant()
    updated_at = Instant()


class Invoice(serializers.Serializer):
    """What a period costs, as a later Billy showed it."""

    guid = serializers.CharField()
    invoice_type = serializers.ChoiceField(["subscription"])
    subscription_guid = serializers.CharField(allow_null=True)
    customer_guid = serializers.CharField(allow_null=True)
    transaction_type = serializers.ChoiceField([*INVOICE_TYPES.values()])
    status = serializers.ChoiceField(sorted({*INVOICE_STATUSES.values()}))
    amount = serializers.IntegerField(help_text=CENTS)
    effective_amount = serializers.IntegerField(help_text=CENTS)
    total_adjustment_amount = serializers.IntegerField(help_text="Always 0.")
    title = serializers.CharField(allow_null=True)
    appears_on_statement_as = serializers.CharField(allow_null=True)
    funding_instrument_uri = serializers.CharField(allow_null=True)
    items = NoItems()
    adjustments = NoItems()
    scheduled_at = Instant(allow_null=True)
    created_at = Instant()
    updated_at = Instant()


class Page(serializers.Serializer):
    """Part of a list, newest first."""

    offset = serializers.IntegerField()
    limit = serializers.IntegerField(max_value=MAX_LIMIT)


def make_list_shape(shape: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """Return the shape of a page of these."""
    fields = {"items": shape(many=True), "__doc__": Page.__doc__}
    made: type[serializers.Serializer] = extend_schema_serializer(many=False)(
        type(f"{shape.__name__}List", (Page,), fields)
    )
    return made


SHAPES: dict[str, type[serializers.Serializer]] = {
    shape.__name__.lower(): shape for shape in (Company, Customer, Plan, Subscription, Transaction, Invoice)
}
LISTS = {f"{name}s": make_list_shape(shape) for name, shape in SHAPES.items() if name != "company"}
