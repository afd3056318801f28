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
)

from charges.models import ChargeStatus
from customers.models import Product
from customers.scopes import BILLING_ADMIN, LEDGER_READ, PRODUCT_SCOPES
from dialects.text import examples
from dialects.text.serializers import NewChargeByAdminSerializer
from dialects.text.shapes import (
    Balance,
    DirectCharge,
    DirectChargeList,
    DirectChargeV1,
    DirectChargeV1List,
    Error,
    LedgerEntryList,
)


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
