"""The OpenAPI description of the Text dialect. Nothing here runs when a request is answered."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers

from charges.models import ChargeStatus
from customers.models import Product
from customers.scopes import BILLING_ADMIN, LEDGER_READ, PRODUCT_SCOPES
from dialects.text import examples
from dialects.text.rendering import V1_FIELDS
from dialects.text.serializers import NewChargeByAdminSerializer
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


class BearerScheme(OpenApiAuthenticationExtension):
    """Access tokens: got by OAuth 2, or pasted."""

    target_class = "dialects.text.authentication.BearerAuthentication"
    name = ["oauth2", "token"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Return both ways to hold a token."""
        flow = {
            "authorizationUrl": f"{settings.BASE_URL}/oauth/authorize/",
            "tokenUrl": f"{settings.BASE_URL}/oauth/token/",
            "scopes": settings.OAUTH2_PROVIDER["SCOPES"],
        }
        return [
            {"type": "oauth2", "flows": {"authorizationCode": flow}},
            {"type": "http", "scheme": "bearer"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """Return which scopes let one in, each alone."""
        if "/ledger" in auto_schema.path:
            scopes = [LEDGER_READ]
        elif auto_schema.path.startswith("/v1/"):
            scopes = [PRODUCT_SCOPES[Product.LIVECHAT], BILLING_ADMIN]
        else:
            scopes = [*PRODUCT_SCOPES.values(), BILLING_ADMIN]
        return [*({"oauth2": [scope]} for scope in scopes), {"token": []}]


def drop_slashes(endpoints: list[tuple[Any, ...]], **kwargs: object) -> list[tuple[Any, ...]]:
    """Leave out the paths that end in a slash: they are the same ones again."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


ID_PARAMETER = OpenApiParameter("charge_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
PRODUCT_PARAMETER = OpenApiParameter("product", str, OpenApiParameter.PATH, enum=Product.values)
PAGE_PARAMETERS = [
    OpenApiParameter("page", int, description="From 1 on; a page past the end is empty."),
    OpenApiParameter("before", OpenApiTypes.UUID, description="The cursor of the Link header."),
    OpenApiParameter(
        "Link",
        str,
        OpenApiParameter.HEADER,
        response=[200],
        description='`<...>; rel="next"`: the next page, which costs the same however far it is. '
        "Not there on the last page.",
    ),
]
FILTER_PARAMETERS = [
    OpenApiParameter("status", str, enum=ChargeStatus.values),
    OpenApiParameter(
        "order_client_id",
        str,
        description="For billing_admin and first-party tokens; ignored from others.",
    ),
]
RECURRENT_PARAMETER = OpenApiParameter("recurrent_charge_id", OpenApiTypes.UUID)
KEY_PARAMETERS = [
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        description="1 to 255 visible ASCII characters. The same request with the same key is done once; "
        "its answer is kept for 30 days.",
    ),
    OpenApiParameter(
        "Idempotent-Replayed",
        str,
        OpenApiParameter.HEADER,
        response=[201],
        description="`true` when this answer was given before.",
    ),
]
ALWAYS = ("no token",)


def describe_charges(version: int) -> dict[str, Any]:
    """Return what to say about each action of the direct charges of a version."""
    shape, many = (DirectChargeV1, DirectChargeV1List) if version == 1 else (DirectCharge, DirectChargeList)
    common = [] if version == 1 else [PRODUCT_PARAMETER]
    filters = FILTER_PARAMETERS if version == 1 else [*FILTER_PARAMETERS, RECURRENT_PARAMETER]
    changes = {
        "activate": ("processed", ("not accepted yet", "already declined"), ()),
        "accept": ("accepted", ("already declined",), ("not the buyer in person",)),
        "decline": ("declined", ("already accepted",), ("not the buyer in person",)),
    }
    described = {
        "create": _describe_create(version, shape, common),
        "list": _describe(
            {200: many},
            [*common, *PAGE_PARAMETERS, *filters],
            {"direct charges": (200, {"result": [examples.show_charge(version)]})},
            "bad page",
            "scope missing for charges",
        ),
        "retrieve": _describe(
            {200: shape},
            [*common, ID_PARAMETER],
            {"direct charge": (200, examples.show_charge(version))},
            "scope missing for charges",
            "unknown charge",
        ),
    }
    for action, (status, *refusals) in changes.items():
        described[action] = _describe(
            {200: shape},
            [*common, ID_PARAMETER],
            {status: (200, examples.show_charge(version, status=status))},
            *(name for names in refusals for name in names),
            "scope missing for charges",
            "unknown charge",
            request=None,
        )
    return described


def describe_ledger() -> dict[str, Any]:
    """Return what to say about each action of the ledger."""
    return {
        "list": _describe(
            {200: LedgerEntryList},
            PAGE_PARAMETERS,
            {"ledger": (200, {"result": [examples.EARNING]})},
            "bad page",
            "scope missing for the ledger",
        ),
        "balance": _describe(
            {200: Balance}, [], {"balance": (200, {"balance": 160})}, "scope missing for the ledger"
        ),
    }


def _describe_create(version: int, shape: type[Any], common: list[OpenApiParameter]) -> Any:
    requests = [
        OpenApiExample("direct charge", examples.NEW_CHARGE, request_only=True),
        OpenApiExample(
            "form",
            examples.NEW_CHARGE_AS_FORM,
            request_only=True,
            media_type="application/x-www-form-urlencoded",
        ),
    ]
    return _describe(
        {201: shape},
        [*common, *KEY_PARAMETERS],
        {
            "direct charge": (201, examples.show_charge(version)),
            "form": (201, examples.show_charge_from_form(version)),
        },
        "bad fields",
        "scope missing for charges",
        "too large",
        "key used for another request",
        request=dict.fromkeys(
            ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"),
            NewChargeByAdminSerializer,
        ),
        requests=requests,
    )


def _describe(
    shapes: dict[int, type[Any]],
    parameters: list[OpenApiParameter],
    answers: dict[str, tuple[int, Any]],
    *refusals: str,
    requests: list[OpenApiExample] | None = None,
    **schema: Any,
) -> Any:
    """Describe an action: its answers by status, with a real example for each."""
    answers = answers | {name: examples.ERRORS[name] for name in (*ALWAYS, *refusals)}
    shapes = shapes | {status: Error for status, _ in answers.values() if status >= 400}
    shown = [
        OpenApiExample(name, body, response_only=True, status_codes=[str(status)])
        for name, (status, body) in answers.items()
    ]
    responses = {
        status: OpenApiResponse(shape, HTTPStatus(status).phrase) for status, shape in sorted(shapes.items())
    }
    return extend_schema(
        parameters=parameters, responses=responses, examples=[*(requests or []), *shown], **schema
    )
