"""OpenAPI description of direct and recurrent charges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from charges.models import ChargeStatus
from customers.models import Product
from dialects.openapi import KEY_SCHEMA
from dialects.text import examples
from dialects.text.recurrent_statuses import OLD_STATUSES, V3_STATUSES
from dialects.text.schema import PAGE_PARAMETERS, describe_action
from dialects.text.serializers import NewChargeByAdminSerializer, NewRecurrentChargeByAdminSerializer
from dialects.text.shapes import (
    DirectCharge,
    DirectChargeList,
    DirectChargeV1,
    DirectChargeV1List,
    RecurrentCharge,
    RecurrentChargeList,
    RecurrentChargeV1,
    RecurrentChargeV1List,
    RecurrentChargeV2,
    RecurrentChargeV2List,
)

FORM = "application/x-www-form-urlencoded"
ID_PARAMETER = OpenApiParameter("charge_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
PRODUCT_PARAMETER = OpenApiParameter("product", str, OpenApiParameter.PATH, enum=Product.values)
CLIENT_PARAMETER = OpenApiParameter(
    "order_client_id", str, description="For billing_admin and first-party tokens; ignored from others."
)
RECURRENT_PARAMETER = OpenApiParameter(
    "recurrent_charge_id", OpenApiTypes.UUID, description="Only the payments of this recurrent charge."
)
KEY_PARAMETERS = [
    OpenApiParameter(
        "Idempotency-Key",
        KEY_SCHEMA,
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
SCOPE = "scope missing for charges"


@dataclass(frozen=True)
class Change:
    """What a PUT does: in words, the status it leads to, and how it is refused."""

    says: str
    status: str
    refusals: Sequence[str]


@dataclass(frozen=True)
class ChargeDescription:
    """A kind of charge in one version."""

    noun: str
    says: str
    shape: type[Any]
    many: type[Any]
    form: type[Any]
    requests: dict[str, dict[str, Any]]
    show: Callable[..., dict[str, Any]]
    show_from_form: Callable[[], dict[str, Any]]
    filters: Sequence[OpenApiParameter]
    common: Sequence[OpenApiParameter]
    changes: dict[str, Change] = field(default_factory=dict)


ACTIVATE = "Start collecting what the buyer accepted"
CHANGES = {
    "activate": Change(
        f"{ACTIVATE}; repeating it is harmless.",
        "processed",
        ("not accepted yet", "already declined", "accepted too long ago"),
    ),
    "accept": Change(
        "Record the buyer's consent.", "accepted", ("already declined", "not the buyer in person")
    ),
    "decline": Change(
        "Record the buyer's refusal.", "declined", ("already accepted", "not the buyer in person")
    ),
}
RECURRENT_CHANGES = CHANGES | {
    "activate": Change(
        f"{ACTIVATE}, or what is frozen anew; repeating it is harmless.",
        "active",
        ("not accepted yet", "already declined", "accepted too long ago"),
    ),
    "accept": Change(
        "Record the buyer's consent.",
        "accepted",
        ("already declined", "only one allowed", "not the buyer in person"),
    ),
    "cancel": Change(
        "End it now, with what waits for a retry; repeating it is harmless.",
        "cancelled",
        ("not accepted yet", "already accepted"),
    ),
}


def describe_charges(version: int) -> dict[str, Any]:
    """Return what to say about each action of the direct charges of a version."""
    shape, many = (DirectChargeV1, DirectChargeV1List) if version == 1 else (DirectCharge, DirectChargeList)
    filters = [OpenApiParameter("status", str, enum=ChargeStatus.values), CLIENT_PARAMETER]
    return _describe_kind(
        ChargeDescription(
            noun="direct charge",
            says="Ask the buyer for a one-time payment.",
            shape=shape,
            many=many,
            form=NewChargeByAdminSerializer,
            requests={"direct charge": examples.NEW_CHARGE, "form": examples.NEW_CHARGE_AS_FORM},
            show=lambda **changes: examples.show_charge(version, **changes),
            show_from_form=lambda: examples.show_charge_from_form(version),
            filters=filters if version == 1 else [*filters, RECURRENT_PARAMETER],
            common=[] if version == 1 else [PRODUCT_PARAMETER],
            changes=CHANGES,
        )
    )


def describe_recurrent_charges(version: int) -> dict[str, Any]:
    """Return what to say about each action of the recurrent charges of a version."""
    shape, many = {
        1: (RecurrentChargeV1, RecurrentChargeV1List),
        2: (RecurrentChargeV2, RecurrentChargeV2List),
        3: (RecurrentCharge, RecurrentChargeList),
    }[version]
    statuses = list(V3_STATUSES if version == 3 else OLD_STATUSES)
    return _describe_kind(
        ChargeDescription(
            noun="recurrent charge",
            says="Ask the buyer for a payment every so many months.",
            shape=shape,
            many=many,
            form=NewRecurrentChargeByAdminSerializer,
            requests={"recurrent charge": examples.NEW_RECURRENT, "form": examples.NEW_RECURRENT_AS_FORM},
            show=lambda **changes: examples.show_recurrent(version, **changes),
            show_from_form=lambda: examples.show_recurrent_from_form(version),
            filters=[OpenApiParameter("status", str, enum=statuses), CLIENT_PARAMETER],
            common=[] if version == 1 else [PRODUCT_PARAMETER],
            changes=RECURRENT_CHANGES,
        )
    )


def _describe_kind(kind: ChargeDescription) -> dict[str, Any]:
    described = {
        "create": _describe_create(kind),
        "list": describe_action(
            {200: kind.many},
            [*kind.common, *PAGE_PARAMETERS, *kind.filters],
            {f"{kind.noun}s": (200, {"result": [kind.show()]})},
            "bad page",
            SCOPE,
            description=f"List {kind.noun}s, newest first.",
        ),
        "retrieve": describe_action(
            {200: kind.shape},
            [*kind.common, ID_PARAMETER],
            {kind.noun: (200, kind.show())},
            SCOPE,
            "unknown charge",
            description=f"Show one {kind.noun}.",
        ),
    }
    return described | {name: _describe_change(kind, change) for name, change in kind.changes.items()}


def _describe_create(kind: ChargeDescription) -> Any:
    requests = [
        OpenApiExample(
            name, body, request_only=True, media_type=FORM if name == "form" else "application/json"
        )
        for name, body in kind.requests.items()
    ]
    return describe_action(
        {201: kind.shape},
        [*kind.common, *KEY_PARAMETERS],
        {kind.noun: (201, kind.show()), "form": (201, kind.show_from_form())},
        "bad fields",
        SCOPE,
        "too large",
        "key used for another request",
        request=dict.fromkeys(("application/json", FORM), kind.form),
        requests=requests,
        description=kind.says,
    )


def _describe_change(kind: ChargeDescription, change: Change) -> Any:
    return describe_action(
        {200: kind.shape},
        [*kind.common, ID_PARAMETER],
        {change.status: (200, kind.show(status=change.status))},
        *change.refusals,
        SCOPE,
        "unknown charge",
        request=None,
        description=change.says,
    )
