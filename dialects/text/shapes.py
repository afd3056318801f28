"""Serializers that describe answers in OpenAPI; rendering.py builds the answers."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from charges.models import ChargeStatus
from dialects.text.recurrent_rendering import V1_RECURRENT_FIELDS, V2_RECURRENT_FIELDS
from dialects.text.recurrent_statuses import OLD_STATUSES, V3_STATUSES
from dialects.text.rendering import V1_FIELDS, V2_FIELDS
from gateway.sandbox_behaviours import TEST_CARD_NAMES
from ledger.reports import EARNING_KINDS

RECURRENT_STATUSES = [*V3_STATUSES]
OLD_RECURRENT_STATUSES = [*OLD_STATUSES]
ERROR_KINDS = [
    "validation",
    "authentication",
    "authorization",
    "not_found",
    "wrong_state",
    "conflict",
    "too_large",
    "rate_limited",
    "internal",
]


class Purchase(serializers.Serializer):
    """What direct and recurrent charges have in common; a subclass picks the fields of its version."""

    shown: ClassVar[tuple[str, ...]]
    # Only in some charges.
    extra: ClassVar[tuple[str, ...]] = ("test_card", "currency")

    id = serializers.UUIDField()
    buyer_organization_id = serializers.UUIDField()
    buyer_license_id = serializers.IntegerField()
    buyer_account_id = serializers.UUIDField()
    buyer_entity_id = serializers.EmailField(help_text="Whoever's token asked for the charge.")
    seller_client_id = serializers.CharField(help_text="The application that asked for the charge.")
    order_client_id = serializers.CharField(help_text="The application that is paid for.")
    order_organization_id = serializers.UUIDField(help_text="The organisation that is paid.")
    order_license_id = serializers.CharField(help_text="An integer, but text.")
    order_entity_id = serializers.EmailField(help_text="The author of the application.")
    name = serializers.CharField()
    return_url = serializers.URLField(allow_null=True)
    test = serializers.BooleanField()
    test_card = serializers.ChoiceField(
        list(TEST_CARD_NAMES), required=False, help_text="Only in charges that were asked for with it."
    )
    currency = serializers.CharField(
        required=False, help_text="ISO 4217; only where it is not the default currency."
    )
    confirmation_url = serializers.URLField(help_text="Where the buyer accepts or declines.")
    commission_percent = serializers.IntegerField(help_text="What the marketplace keeps.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of this version in their order."""
        fields = super().get_fields()
        return {name: fields[name] for name in (*self.shown, *self.extra)}


class DirectCharge(Purchase):
    """A direct charge; every amount is in cents, every instant in UTC."""

    shown: ClassVar[tuple[str, ...]] = V2_FIELDS

    price = serializers.IntegerField(
        help_text="Price of one unit, in the smallest unit of the currency, such as cents."
    )
    quantity = serializers.IntegerField()
    per_account = serializers.BooleanField()
    status = serializers.ChoiceField(ChargeStatus.choices)


class DirectChargeV1(DirectCharge):
    """A direct charge as version 1 showed it."""

    shown = V1_FIELDS


class RecurrentCharge(Purchase):
    """A recurrent charge; every amount is in cents, every instant in UTC."""

    shown: ClassVar[tuple[str, ...]] = V2_RECURRENT_FIELDS
    extra = ("test_card", "currency", "trial_seconds")

    external_id = serializers.CharField(
        allow_null=True, help_text="Tells apart what is sold under one order_client_id."
    )
    price = serializers.IntegerField(
        help_text="Price of a period, with per_account for one account; in cents or the like."
    )
    trial_days = serializers.IntegerField(help_text="Nothing is collected for so long after activation.")
    trial_seconds = serializers.IntegerField(
        required=False, help_text="Only where earlier trials of the same thing left less than trial_days."
    )
    months = serializers.IntegerField(help_text="How long a period is.")
    per_account = serializers.BooleanField(help_text="Times the accounts counted at each payment.")
    status = serializers.ChoiceField(RECURRENT_STATUSES)
    trial_ends_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    current_charge_at = serializers.DateTimeField(
        allow_null=True, help_text="When the period began that is paid for; null during a trial."
    )
    next_charge_at = serializers.DateTimeField(
        allow_null=True, help_text="When it ends, or the trial, and the next payment is due."
    )


class RecurrentChargeV2(RecurrentCharge):
    """A recurrent charge as version 2 showed it: what runs is active, paid for or not."""

    status = serializers.ChoiceField(OLD_RECURRENT_STATUSES)


class RecurrentChargeV1(RecurrentChargeV2):
    """A recurrent charge as version 1 showed it."""

    shown = V1_RECURRENT_FIELDS


@extend_schema_serializer(many=False)
class DirectChargeList(serializers.Serializer):
    """At most 20 direct charges, newest first."""

    result = DirectCharge(many=True)


@extend_schema_serializer(many=False)
class DirectChargeV1List(serializers.Serializer):
    """At most 20 direct charges, newest first."""

    result = DirectChargeV1(many=True)


@extend_schema_serializer(many=False)
class RecurrentChargeList(serializers.Serializer):
    """At most 20 recurrent charges, newest first."""

    result = RecurrentCharge(many=True)


@extend_schema_serializer(many=False)
class RecurrentChargeV2List(serializers.Serializer):
    """At most 20 recurrent charges, newest first."""

    result = RecurrentChargeV2(many=True)


@extend_schema_serializer(many=False)
class RecurrentChargeV1List(serializers.Serializer):
    """At most 20 recurrent charges, newest first."""

    result = RecurrentChargeV1(many=True)


class LedgerEntry(serializers.Serializer):
    """One line of the ledger; a collection was added, a refund or withdrawal deducted."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(EARNING_KINDS)
    value = serializers.IntegerField(
        min_value=0, help_text="In the smallest unit of the currency, such as cents."
    )
    created_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class LedgerEntryList(serializers.Serializer):
    """At most 20 ledger entries, newest first."""

    result = LedgerEntry(many=True)


class Balance(serializers.Serializer):
    """What the marketplace owes the organisation."""

    balance = serializers.IntegerField(help_text="In the smallest unit of the currency, such as cents.")
    as_of = serializers.DateTimeField(required=False, help_text="With as_of only.")
    final = serializers.BooleanField(
        required=False, help_text="With as_of only: nothing can be posted before it, its month is closed."
    )


class ErrorBody(serializers.Serializer):
    """Why a request was refused."""

    type = serializers.ChoiceField(ERROR_KINDS)
    message = serializers.CharField()
    details = serializers.DictField(help_text="The bad fields and why, or the charge's present status.")


class Error(serializers.Serializer):
    """A refusal."""

    error = ErrorBody()
