"""The OpenAPI description of the Text dialect. Nothing here runs when a request is answered.

What is said of the charges is in charge_schema.py.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)

from access.oauth.scopes import BILLING_ADMIN, LEDGER_READ, PAYOUTS_MANAGE, PRODUCT_SCOPES
from core.currencies import EXPONENTS
from customers.models import Product
from dialects.text import examples
from dialects.text.pagination import MAX_PAGE
from dialects.text.shapes import Balance, Error, LedgerEntryList


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
        if any(name in auto_schema.path for name in ("/ledger", "/statements")):
            scopes = [LEDGER_READ]
        elif auto_schema.path.startswith(("/v3/payouts", "/v3/balance")):
            scopes = [PAYOUTS_MANAGE]
        elif "/invoices" in auto_schema.path:
            scopes = [*PRODUCT_SCOPES.values(), LEDGER_READ, BILLING_ADMIN]
        elif any(name in auto_schema.path for name in ("/card", "/webhook", "/events", "/v3/test/")):
            scopes = [*PRODUCT_SCOPES.values()]
        elif auto_schema.path.startswith("/v1/"):
            scopes = [PRODUCT_SCOPES[Product.LIVECHAT], BILLING_ADMIN]
        else:
            scopes = [*PRODUCT_SCOPES.values(), BILLING_ADMIN]
        return [*({"oauth2": [scope]} for scope in scopes), {"token": []}]


class LimitsDescription(OpenApiSerializerFieldExtension):
    """A field with limits that the services check."""

    target_class = "dialects.text.serializers.LimitedField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return its type with the limits."""
        return {"type": self.target.described_as, **self.target.limits}


PAGE_PARAMETERS = [
    OpenApiParameter(
        "page",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
        description="From 1 on; a page past the end is empty. Not together with before.",
    ),
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
CURRENCY_PARAMETER = OpenApiParameter(
    "currency", str, enum=sorted(EXPONENTS), description="The default currency without it."
)
AS_OF_PARAMETER = OpenApiParameter(
    "as_of",
    OpenApiTypes.DATETIME,
    description="The balance as of an instant of the past; what counts at the very instant is not in yet.",
)
BALANCE_AS_OF = {"balance": 160, "as_of": "2026-11-30T00:00:00Z", "final": False}
ALWAYS = ("no token",)


def describe_ledger() -> dict[str, Any]:
    """Return what to say about each action of the ledger."""
    return {
        "list": describe_action(
            {200: LedgerEntryList},
            [*PAGE_PARAMETERS, CURRENCY_PARAMETER],
            {"ledger": (200, {"result": [examples.EARNING]})},
            "bad page",
            "scope missing for the ledger",
        ),
        "balance": describe_action(
            {200: Balance},
            [CURRENCY_PARAMETER, AS_OF_PARAMETER],
            {"balance": (200, {"balance": 160}), "balance as of an instant": (200, BALANCE_AS_OF)},
            "bad instant",
            "scope missing for the ledger",
        ),
    }


def describe_action(
    shapes: Mapping[int, type[Any] | PolymorphicProxySerializer | None],
    parameters: list[OpenApiParameter],
    answers: dict[str, tuple[int, Any]],
    *refusals: str,
    requests: list[OpenApiExample] | None = None,
    file: str = "",
    always: tuple[str, ...] = ALWAYS,
    **schema: Any,
) -> Any:
    """Describe an action: its answers by status, with a real example for each; `file` is a media type."""
    answers = answers | {name: examples.ERRORS[name] for name in (*always, *refusals)}
    shapes = {**shapes} | {status: Error for status, _ in answers.values() if status >= 400}
    shown = [
        OpenApiExample(name, body, response_only=True, status_codes=[str(status)])
        for name, (status, body) in answers.items()
    ]
    responses: dict[Any, OpenApiResponse] = {
        status: OpenApiResponse(shape, HTTPStatus(status).phrase) for status, shape in sorted(shapes.items())
    }
    responses["default"] = OpenApiResponse(Error, "Refused for another reason, such as too many requests.")
    if file:
        responses[200, file] = OpenApiResponse(OpenApiTypes.BINARY, HTTPStatus.OK.phrase)
    return extend_schema(
        parameters=parameters, responses=responses, examples=[*(requests or []), *shown], **schema
    )
