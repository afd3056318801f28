"""OpenAPI description of the buyer's cards. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from dialects.text.schema import PAGE_PARAMETERS, describe_action

CARD_PARAMETER = OpenApiParameter("card_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
ENTRY_PARAMETER = OpenApiParameter("entry_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
OWN_APP = "not the marketplace's own application"
CARD: dict[str, Any] = {
    "id": "01a1fd11-8a2e-7d11-9f6b-3c5d7e9fa001",
    "kind": "card",
    "brand": "visa",
    "last4": "4242",
    "exp_month": 12,
    "exp_year": 2035,
    "status": "active",
    "default": True,
    "pays_for": [],
    "created_at": "2026-11-21T07:46:02Z",
}
ENTRY = {
    "id": "01a1fd11-8b2e-7d11-9f6b-3c5d7e9fa002",
    "url": "http://127.0.0.1:8000/sandbox/cards/V2hhdCBhIHByb2Nlc3NvciBzYXlz/",
}
NEW_ENTRY = {"return_url": "https://seller.example/cards"}


class CardUse(serializers.Serializer):
    """Something that a card pays for."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(["direct_charge", "recurrent_charge"])
    name = serializers.CharField()


class Card(serializers.Serializer):
    """A card by what may be shown of it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(["card", "bank_account"])
    brand = serializers.CharField(allow_null=True, help_text="A bank account has none and does not expire.")
    last4 = serializers.CharField()
    exp_month = serializers.IntegerField(allow_null=True, help_text="It is valid through this month, in UTC.")
    exp_year = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(["active", "expired", "removed"])
    default = serializers.BooleanField(help_text="What is accepted from now on is paid with it.")
    pays_for = CardUse(many=True)
    created_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class CardList(serializers.Serializer):
    """At most 20 cards, newest first."""

    result = Card(many=True)


class CardEntry(serializers.Serializer):
    """A page of the processor on which the buyer enters a card."""

    id = serializers.UUIDField(help_text="It is added to return_url as `session`, and finishes the entry.")
    url = serializers.URLField(help_text="Lead the buyer there, in a window of its own.")


@extend_schema_field({"anyOf": [{"type": "string", "format": "uri"}, {"type": "string", "maxLength": 0}]})
class UrlOrEmptyField(serializers.CharField):
    """The address of a page, or an empty text for none."""


class NewCardEntry(serializers.Serializer):
    """Where the processor leads the buyer back to."""

    return_url = serializers.URLField(help_text="With an origin registered for the application.")
    cancel_url = UrlOrEmptyField(
        required=False, help_text="Without a card; return_url where it is empty or left out."
    )


def describe_cards() -> dict[str, Any]:
    """Return what to say about each action of the cards."""
    return {
        "list": describe_action(
            {200: CardList},
            PAGE_PARAMETERS,
            {"cards": (200, {"result": [CARD]})},
            "bad page",
            OWN_APP,
            description="List the cards of the buyer's organisation, newest first.",
        ),
        "default": describe_action(
            {200: Card},
            [CARD_PARAMETER],
            {"card": (200, CARD)},
            OWN_APP,
            "unknown card",
            request=None,
            description="Let a card pay for everything from now on; what waits for a retry is tried at once.",
        ),
        "remove": describe_action(
            {200: Card},
            [CARD_PARAMETER],
            {"removed card": (200, CARD | {"status": "removed", "default": False})},
            OWN_APP,
            "unknown card",
            "only card of what runs",
            request=None,
            description="Never charge a card again. What it paid for moves to the default card; without "
            "another card it is refused while something runs.",
        ),
    }


def describe_card_entries() -> dict[str, Any]:
    """Return what to say about each action of card entry."""
    return {
        "create": describe_action(
            {201: CardEntry},
            [],
            {"card entry": (201, ENTRY)},
            "bad return url",
            OWN_APP,
            request={"application/json": NewCardEntry},
            requests=[OpenApiExample("card entry", NEW_ENTRY, request_only=True)],
            description="Open a page of the processor on which the buyer enters a card.",
        ),
        "finish": describe_action(
            {200: Card},
            [ENTRY_PARAMETER],
            {"card": (200, CARD)},
            OWN_APP,
            "unknown card entry",
            "no card entered",
            request=None,
            description="Keep the card that was entered, as the one that pays for everything from now on; "
            "what waits for a retry is tried at once. Repeating it is harmless.",
        ),
    }
