"""OpenAPI description of payouts to sellers. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema_serializer,
)
from rest_framework import serializers

from core.currencies import EXPONENTS
from dialects.text.examples import ERRORS, show_error
from dialects.text.schema import AS_OF_PARAMETER, PAGE_PARAMETERS, describe_action
from payouts.models import PayoutMethod, PayoutStatus

PAYOUT_PARAMETER = OpenApiParameter("payout_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
CURRENCY_PARAMETER = OpenApiParameter(
    "currency", str, enum=sorted(EXPONENTS), description="By default that of the marketplace."
)
SCOPE = "scope missing for payouts"
MAX_PAYOUT_MINOR = 10**15 - 1
UNIT = "In the smallest unit of the currency, such as cents."
BALANCE = {
    "currency": "USD",
    "owed": 10_000,
    "held": 4_000,
    "leaving": 0,
    "disputed": 0,
    "available": 6_000,
    "minimum": 1_000,
}
PAYOUT: dict[str, Any] = {
    "id": "01a1fd11-9c2e-7d11-9f6b-3c5d7e9fa011",
    "amount": 5_000,
    "currency": "USD",
    "status": "requested",
    "method": "by_hand",
    "account": "DE… 3000",
    "failure_code": None,
    "failure_message": None,
    "created_at": "2026-11-29T07:46:02Z",
    "sent_at": None,
    "settled_at": None,
}
OWED_AS_OF = {"currency": "USD", "owed": 10_000, "as_of": "2026-11-30T00:00:00Z", "final": False}
NEW_PAYOUT = {"amount": 5_000, "currency": "USD"}
ERRORS |= {
    SCOPE: (403, show_error("authorization", "The access token needs the scope payouts_manage.")),
    "bad currency": (
        400,
        show_error(
            "validation",
            "currency: must be the ISO 4217 code of a currency, such as EUR",
            currency="must be the ISO 4217 code of a currency, such as EUR",
        ),
    ),
    "unknown payout": (404, show_error("not_found", "There is no such payout.")),
    "rejected already": (
        422,
        show_error("wrong_state", "This cannot be done while the payout is rejected.", status="rejected"),
    ),
    "too little available": (
        422,
        {
            "error": {
                "type": "wrong_state",
                "message": "Only 60.00 USD is available.",
                "details": {"available": 6_000},
            }
        },
    ),
}


class AvailableBalance(serializers.Serializer):
    """What can be paid now: what is owed, less what is held, leaving and disputed."""

    currency = serializers.ChoiceField(sorted(EXPONENTS))
    owed = serializers.IntegerField(help_text=f"All that the marketplace owes, without payouts. {UNIT}")
    held = serializers.IntegerField(help_text="Of sales that are too young to be paid out.")
    leaving = serializers.IntegerField(help_text="On its way back to buyers, or out to customers.")
    disputed = serializers.IntegerField(help_text="Your share of disputes that is in what is owed.")
    available = serializers.IntegerField(help_text="Below zero, nothing is paid until sales make up for it.")
    minimum = serializers.IntegerField(help_text="What a payout is of at least.")


class PayoutOut(serializers.Serializer):
    """Money from the marketplace to the organisation."""

    id = serializers.UUIDField()
    amount = serializers.IntegerField(help_text=UNIT)
    currency = serializers.ChoiceField(sorted(EXPONENTS))
    status = serializers.ChoiceField(PayoutStatus.choices)
    method = serializers.ChoiceField(PayoutMethod.choices)
    account = serializers.CharField(help_text="Where it goes, by what may be shown of it.")
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Payout"


@extend_schema_serializer(many=False)
class PayoutList(serializers.Serializer):
    """At most 20 payouts, newest first."""

    result = PayoutOut(many=True)


class NewPayout(serializers.Serializer):
    """How much is asked for."""

    amount = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_PAYOUT_MINOR, help_text=f"By default all. {UNIT}"
    )
    currency = serializers.ChoiceField(sorted(EXPONENTS), required=False)


class BalanceAsOf(serializers.Serializer):
    """What was owed as of an instant."""

    currency = serializers.ChoiceField(sorted(EXPONENTS))
    owed = serializers.IntegerField(help_text=f"All that the marketplace owed, without payouts. {UNIT}")
    as_of = serializers.DateTimeField()
    final = serializers.BooleanField(help_text="Nothing can be posted before it: its month is closed.")


EITHER_BALANCE = PolymorphicProxySerializer(
    component_name="BalanceOfSeller",
    serializers=[AvailableBalance, BalanceAsOf],
    resource_type_field_name=None,
)


def describe_balance() -> dict[str, Any]:
    """Return what to say about the balance."""
    return {
        "retrieve": describe_action(
            {200: EITHER_BALANCE},
            [CURRENCY_PARAMETER, AS_OF_PARAMETER],
            {"available balance": (200, BALANCE), "owed as of an instant": (200, OWED_AS_OF)},
            "bad currency",
            "bad instant",
            SCOPE,
            description="Tell what can be paid out now, and what it is made of; with `as_of`, what was owed.",
        )
    }


def describe_payouts() -> dict[str, Any]:
    """Return what to say about each action of payouts."""
    return _describe_reading() | _describe_asking()


def _describe_reading() -> dict[str, Any]:
    return {
        "list": describe_action(
            {200: PayoutList},
            PAGE_PARAMETERS,
            {"payouts": (200, {"result": [PAYOUT]})},
            "bad page",
            SCOPE,
            description="List the payouts of the organisation, newest first.",
        ),
        "retrieve": describe_action(
            {200: PayoutOut},
            [PAYOUT_PARAMETER],
            {"payout": (200, PAYOUT)},
            SCOPE,
            "unknown payout",
            description="Show one payout.",
        ),
    }


def _describe_asking() -> dict[str, Any]:
    return {
        "create": describe_action(
            {201: PayoutOut},
            [],
            {"payout": (201, PAYOUT)},
            "bad currency",
            "too little available",
            SCOPE,
            request={"application/json": NewPayout},
            requests=[OpenApiExample("payout", NEW_PAYOUT, request_only=True)],
            description="Ask for a payout. Its sum is locked at once; the marketplace approves it.",
        ),
        "cancel": describe_action(
            {200: PayoutOut},
            [PAYOUT_PARAMETER],
            {"cancelled payout": (200, PAYOUT | {"status": "cancelled"})},
            SCOPE,
            "unknown payout",
            "rejected already",
            request=None,
            description="Take back a payout that was not sent yet. Repeating it is harmless.",
        ),
    }
