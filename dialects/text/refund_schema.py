"""OpenAPI description of refunds. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from approvals.four_eyes import MAX_REASON
from charges.models import MAX_AMOUNT_MINOR
from dialects.text.charge_schema import ID_PARAMETER, KEY_PARAMETERS, PRODUCT_PARAMETER, SCOPE
from dialects.text.examples import ERRORS, show_error
from dialects.text.refund_rendering import STATUSES
from dialects.text.schema import PAGE_PARAMETERS, describe_action

PAYMENT_PARAMETER = OpenApiParameter(
    "payment_id",
    OpenApiTypes.UUID,
    OpenApiParameter.PATH,
    description="A payment of the recurrent charge, as the list of direct charges with"
    " recurrent_charge_id shows it.",
)
REFUND_PARAMETER = OpenApiParameter("refund_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
NEW_REFUND = {"amount": 50, "reason": "The extension does not work with Safari."}
REFUND: dict[str, Any] = {
    "id": "01a22756-1266-7dfc-806d-e6972449409b",
    "charge_id": "01a1fd11-7931-75fb-bcfe-a7b384ee8fb4",
    "amount": 50,
    "commission": 10,
    "currency": "USD",
    "test": False,
    "reason": NEW_REFUND["reason"],
    "status": "pending",
    "failure_code": None,
    "failure_message": None,
    "created_at": "2026-11-29T08:00:00Z",
    "updated_at": "2026-11-29T08:00:00Z",
}
LARGE_REFUND = REFUND | {"amount": 60_000, "commission": 12_000, "status": "waiting_for_approval"}
OWNER = "no account of the selling organisation"
ERRORS |= {
    OWNER: (
        403,
        show_error(
            "authorization", "This is only for accounts of the organisation that owns the application."
        ),
    ),
    "no such charge": (404, show_error("not_found", "There is no such charge.")),
    "unknown refund": (404, show_error("not_found", "There is no such refund.")),
    "too much": (
        400,
        show_error(
            "validation",
            "amount: must be between 1 and the 200 cents left of the charge",
            amount="must be between 1 and the 200 cents left of the charge",
        ),
    ),
    "not collected": (
        422,
        show_error("wrong_state", "This cannot be done while the charge is accepted.", status="accepted"),
    ),
    "nothing left": (
        422,
        show_error(
            "wrong_state",
            "Nothing is left of the charge: it was refunded, or the payer's bank took it back.",
        ),
    ),
    "in dispute": (
        422,
        show_error(
            "wrong_state",
            "The payer's bank disputes this charge; nothing can be refunded until that is decided.",
        ),
    ),
    "another one waits": (
        409,
        show_error("conflict", "This was asked for before and waits for a second person."),
    ),
}


class NewRefund(serializers.Serializer):
    """What is given back."""

    amount = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_AMOUNT_MINOR,
        help_text="Cents; all that is left of the charge without it.",
    )
    reason = serializers.CharField(max_length=MAX_REASON, help_text="For people.")


class Refund(serializers.Serializer):
    """Money on its way back to who paid."""

    id = serializers.UUIDField()
    charge_id = serializers.UUIDField()
    amount = serializers.IntegerField(help_text="Cents.")
    commission = serializers.IntegerField(
        allow_null=True, help_text="Cents of it that the marketplace gives back; the seller gives the rest."
    )
    currency = serializers.CharField()
    test = serializers.BooleanField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(
        STATUSES,
        help_text="`waiting_for_approval`: it is above the limit, and staff of the marketplace decide; "
        "`rejected`, `void`: they did not let it happen, or the charge changed meanwhile; "
        "`failed`: the processor refused it, and nothing moved.",
    )
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class RefundList(serializers.Serializer):
    """At most 20 refunds, newest first."""

    result = Refund(many=True)


def describe_refunds(of: str) -> dict[str, Any]:
    """Return what to say about each action of the refunds of a charge, or of a payment."""
    place = [PRODUCT_PARAMETER, ID_PARAMETER, *([PAYMENT_PARAMETER] if of == "payment" else [])]
    return {
        "create": _describe_create(of, place),
        "list": describe_action(
            {200: RefundList},
            [*place, *PAGE_PARAMETERS],
            {"refunds": (200, {"result": [REFUND]})},
            SCOPE,
            OWNER,
            "no such charge",
            description=f"List the refunds of a {of}, newest first.",
        ),
        "retrieve": describe_action(
            {200: Refund},
            [*place, REFUND_PARAMETER],
            {"refund": (200, REFUND)},
            SCOPE,
            OWNER,
            "no such charge",
            "unknown refund",
            description="Show one refund.",
        ),
    }


def _describe_create(of: str, place: list[OpenApiParameter]) -> Any:
    return describe_action(
        {201: Refund, 202: Refund},
        [*place, *KEY_PARAMETERS],
        {"refund": (201, REFUND), "large refund": (202, LARGE_REFUND)},
        "too much",
        SCOPE,
        OWNER,
        "no such charge",
        *(["not collected"] if of == "charge" else []),
        "nothing left",
        "in dispute",
        "another one waits",
        request={"application/json": NewRefund},
        requests=[OpenApiExample("refund", NEW_REFUND, request_only=True)],
        description=f"Give back a part of a collected {of}, or all that is left of it. For accounts of "
        "the organisation that owns the selling application, and for billing_admin. Above a limit of the "
        "marketplace (202) nothing moves before its staff have approved it.",
    )
