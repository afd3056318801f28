"""OpenAPI description of test buyers. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from dialects.text.examples import ERRORS, show_error
from dialects.text.schema import PAGE_PARAMETERS, describe_action
from dialects.text.testing_shapes import (
    AdvancedBuyerOfTests,
    AdvanceOfTests,
    BuyerOfTests,
    BuyerOfTestsWithPassword,
    BuyersOfTests,
    CardOfTests,
    NewBuyerOfTests,
    NewTokenOfTests,
    TokenOfTests,
)
from gateway.sandbox_behaviours import TEST_CARD_NAMES

BUYER_PARAMETER = OpenApiParameter("buyer_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
OWNER = "not an account of the owner"
UNKNOWN = "unknown test buyer"
LISTED: dict[str, Any] = {
    "id": "01a1fd11-9a2e-7d11-9f6b-3c5d7e9fa003",
    "license_id": 900000123,
    "name": "A year at Nova",
    "entity_id": "buyer-0f3a5c7e9b1d2f40@test-buyer.invalid",
    "now": "2026-11-29T08:00:00Z",
    "created_at": "2026-11-29T08:00:00Z",
}
BUYER = {**LISTED, "test_card": "approve", "next_event_at": None}
NEW_BUYER = {"name": LISTED["name"], "test_card": "approve"}
DECLINED = {"test_card": "insufficient_funds"}
TARGET = {"to": "2027-11-29T08:00:00Z"}
TOKEN = {
    "access_token": "tNbQ6lPzC1x0l0m7bqI2m8a3Jd5vXwYhKc4rUe9sGfo",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "billing_manage billing--all:rw",
}
ONE_OF_CARDS = f"must be one of {', '.join(TEST_CARD_NAMES)}"

ERRORS |= {
    UNKNOWN: (404, show_error("not_found", "There is no such test buyer.")),
    "bad test card": (400, show_error("validation", f"test_card: {ONE_OF_CARDS}", test_card=ONE_OF_CARDS)),
    "nothing to come": (
        422,
        show_error(
            "wrong_state",
            "Nothing falls due for this test buyer; sell it something, or advance to an instant.",
        ),
    ),
    "clock is advancing": (
        409,
        show_error(
            "conflict", "The clock of this test buyer is being advanced; try again when that is done."
        ),
    ),
}


def describe_test_buyers() -> dict[str, Any]:
    """Return what to say about each action of test buyers."""
    return _describe_rows() | _describe_acts()


def _describe_rows() -> dict[str, Any]:
    return {
        "list": describe_action(
            {200: BuyersOfTests},
            PAGE_PARAMETERS,
            {"test buyers": (200, {"result": [LISTED]})},
            OWNER,
            description="List the test buyers of the organisation, newest first.",
        ),
        "create": describe_action(
            {201: BuyerOfTestsWithPassword},
            [],
            {"test buyer": (201, BUYER | {"password": "vE3xUq1mZk7a0Rr5cTn9yWdH"})},
            OWNER,
            "bad test card",
            request={"application/json": NewBuyerOfTests},
            requests=[OpenApiExample("test buyer", NEW_BUYER, request_only=True)],
            description="Make a test buyer: it buys from you alone, and its time stands still. "
            "At most 100 a day. The password of its account is in this answer only.",
        ),
        "retrieve": describe_action(
            {200: BuyerOfTests},
            [BUYER_PARAMETER],
            {"test buyer": (200, BUYER)},
            OWNER,
            UNKNOWN,
            description="Show a test buyer.",
        ),
    }


def _describe_acts() -> dict[str, Any]:
    return {
        "token": describe_action(
            {201: TokenOfTests},
            [BUYER_PARAMETER],
            {"token of a test buyer": (201, TOKEN)},
            OWNER,
            UNKNOWN,
            request={"application/json": NewTokenOfTests},
            requests=[OpenApiExample("token of a test buyer", {}, request_only=True)],
            description="Let the application act for a test buyer for an hour. "
            "The token is in this answer only.",
        ),
        "card": describe_action(
            {200: BuyerOfTests},
            [BUYER_PARAMETER],
            {"declined card": (200, BUYER | DECLINED)},
            OWNER,
            UNKNOWN,
            "bad test card",
            request={"application/json": CardOfTests},
            requests=[OpenApiExample("declined card", DECLINED, request_only=True)],
            description="Let a test buyer pay with another test card. "
            "What waits for a retry is tried at once.",
        ),
        "advance": describe_action(
            {200: AdvancedBuyerOfTests},
            [BUYER_PARAMETER],
            {"advanced test buyer": (200, BUYER | {"now": TARGET["to"], "instants": 0})},
            OWNER,
            UNKNOWN,
            "nothing to come",
            "clock is advancing",
            request={"application/json": AdvanceOfTests},
            requests=[OpenApiExample("advanced test buyer", TARGET, request_only=True)],
            description="Let time pass for a test buyer: everything that falls due happens, each at its own "
            "instant. Without `to` it becomes the instant of the next event.",
        ),
    }
