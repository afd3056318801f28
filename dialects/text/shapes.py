"""What the answers of the Text dialect look like, for its description; rendering.py is what makes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from charges.models import ChargeStatus
from dialects.text.rendering import V1_FIELDS
from ledger.reports import EARNING_KINDS

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


class DirectCharge(serializers.Serializer):
    """A direct charge; every amount is in cents, every instant in UTC."""

    id = serializers.UUIDField()
    buyer_organization_id = serializers.UUIDField()
    buyer_license_id = serializers.IntegerField()
    buyer_account_id = serializers.UUIDField()
    buyer_entity_id = serializers.EmailField(help_text="Whoever's token asked for the charge.")
    seller_client_id = serializers.CharField(help_text="The application that asked for the charge.")
    order_client_id = serializers.CharField(help_text="The application that is paid for.")
    order_organization_id = serializers.UUIDField(help_text="The organisation that is paid.")
    name = serializers.CharField()
    price = serializers.IntegerField(help_text="Cents for one unit.")
    quantity = serializers.IntegerField()
    return_url = serializers.URLField(allow_null=True)
    test = serializers.BooleanField()
    per_account = serializers.BooleanField()
    status = serializers.ChoiceField(ChargeStatus.choices)
    confirmation_url = serializers.URLField(help_text="Where the buyer accepts or declines.")
    commission_percent = serializers.IntegerField(help_text="What the marketplace keeps.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DirectChargeV1(DirectCharge):
    """A direct charge as version 1 showed it."""

    order_license_id = serializers.CharField(help_text="An integer, but text.")
    order_entity_id = serializers.EmailField(help_text="The author of the application.")

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of version 1 in their order."""
        fields = super().get_fields()
        return {name: fields[name] for name in V1_FIELDS}


@extend_schema_serializer(many=False)
class DirectChargeList(serializers.Serializer):
    """At most 20 direct charges, newest first."""

    result = DirectCharge(many=True)


@extend_schema_serializer(many=False)
class DirectChargeV1List(serializers.Serializer):
    """At most 20 direct charges, newest first."""

    result = DirectChargeV1(many=True)


class LedgerEntry(serializers.Serializer):
    """One line of the ledger; a collection was added, a refund or withdrawal deducted."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(EARNING_KINDS)
    value = serializers.IntegerField(min_value=0, help_text="Cents.")
    created_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class LedgerEntryList(serializers.Serializer):
    """At most 20 ledger entries, newest first."""

    result = LedgerEntry(many=True)


class Balance(serializers.Serializer):
    """What the marketplace owes the organisation."""

    balance = serializers.IntegerField(help_text="Cents.")


class ErrorBody(serializers.Serializer):
    """Why a request was refused."""

    type = serializers.ChoiceField(ERROR_KINDS)
    message = serializers.CharField()
    details = serializers.DictField(help_text="The bad fields and why, or the charge's present status.")


class Error(serializers.Serializer):
    """A refusal."""

    error = ErrorBody()
