"""OpenAPI description of the roots of days. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from dialects.text.schema import describe_action
from dialects.text.statement_schema import NEXT

HEX = "In hexadecimal."
DAY_ROOT = {
    "day": "2026-11-20",
    "tree_root": "5f" * 32,
    "previous_root": "1c" * 32,
    "root": "e3" * 32,
    "signature": "9a" * 64,
    "public_key": "d7" * 32,
}
SIGNING_KEY = {"public_key": "d7" * 32, "created_at": "2026-11-01T00:10:21Z", "retired_at": None}


class DayRoot(serializers.Serializer):
    """The root of the ledger of one closed day; how it is made is in docs/proofs.md."""

    day = serializers.DateField(help_text="In UTC.")
    tree_root = serializers.CharField(help_text="Of the Merkle tree of the day.")
    previous_root = serializers.CharField(help_text="Of the day before; zeros before the first.")
    root = serializers.CharField(  # type: ignore[assignment]
        help_text="Of this day and, through the day before, of all earlier ones."
    )
    signature = serializers.CharField(help_text="Ed25519, of the text of the day. In hexadecimal.")
    public_key = serializers.CharField(help_text="Of the key that signed it.")


@extend_schema_serializer(many=False)
class DayRootList(serializers.Serializer):
    """At most 100 days, the newest first."""

    result = DayRoot(many=True)


class SigningKey(serializers.Serializer):
    """The public half of a key."""

    public_key = serializers.CharField(help_text=HEX)
    created_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True, help_text="From then on another key signs.")


@extend_schema_serializer(many=False)
class SigningKeyList(serializers.Serializer):
    """All keys, the newest first."""

    result = SigningKey(many=True)


def describe_day_roots() -> dict[str, Any]:
    """Return what to say about the roots of days."""
    before = OpenApiParameter("before", OpenApiTypes.DATE, description="A day; only earlier ones.")
    return {
        "list": describe_action(
            {200: DayRootList},
            [before, NEXT],
            {"day roots": (200, {"result": [DAY_ROOT]})},
            "bad day",
            always=(),
            operation_id="v3_day_roots_list",
        )
    }


def describe_signing_keys() -> dict[str, Any]:
    """Return what to say about the keys."""
    return {
        "list": describe_action(
            {200: SigningKeyList},
            [],
            {"signing keys": (200, {"result": [SIGNING_KEY]})},
            always=(),
            operation_id="v3_signing_keys_list",
        )
    }
