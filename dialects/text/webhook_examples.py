"""Examples of webhooks in the API's documentation; a test sends each and compares the answers."""

from typing import Any

from dialects.text.examples import ERRORS, show_error

ENDPOINT: dict[str, Any] = {
    "id": "01a1fd11-9a2e-7d11-9f6b-3c5d7e9fa003",
    "url": "https://seller.example/webhooks",
    "description": "Invoices",
    "format": "event",
    "event_types": ["charge.succeeded", "subscription.renewed"],
    "status": "active",
    "disabled_reason": None,
    "disabled_at": None,
    "failing_since": None,
    "created_at": "2026-11-29T08:00:00Z",
}
DISABLED = ENDPOINT | {
    "status": "disabled",
    "disabled_reason": "asked",
    "disabled_at": "2026-11-29T09:00:00Z",
}
NEW_ENDPOINT = {name: ENDPOINT[name] for name in ("url", "description", "format", "event_types")}
NEW_ENDPOINT_ANSWER = ENDPOINT | {"secret": "whsec_bWFkZSB1cCBmb3IgdGhlIGRvY3VtZW50YXRpb24gb25seQ=="}
NEW_SECRET_ANSWER = ENDPOINT | {"secret": "whsec_YW5vdGhlciBvbmUsIG1hZGUgdXAgYXMgd2VsbCwgc29ycnk="}
CHANGES = {"url": "https://seller.example/events", "description": ""}
RANGE = {"since": "2026-11-28T00:00:00Z", "until": "2026-11-29T00:00:00Z", "only_failed": True}
TEST_DELIVERY: dict[str, Any] = {
    "id": "evt_01a226aee4e57c8e9a1d1f0c2b3a4d5e",
    "type": "endpoint.tested",
    "object_id": ENDPOINT["id"],
    "sequence": 1,
    "status": "waiting",
    "next_attempt_at": "2026-11-29T08:00:05Z",
    "attempts": [],
    "created_at": "2026-11-29T08:00:00Z",
}
ATTEMPT = {
    "number": 1,
    "sent_at": "2026-11-29T08:00:00Z",
    "latency_ms": 87,
    "status_code": 500,
    "trouble": None,
    "answer": "Something went wrong here.",
}
DELIVERY = TEST_DELIVERY | {"attempts": [ATTEMPT]}
EVENT = {
    "id": "evt_01a226aee4e57c8e9a1d1f0c2b3a4d5e",
    "type": "charge.succeeded",
    "timestamp": "2026-11-29T08:00:00Z",
    "livemode": True,
    "sequence": 4,
    "data": {
        "object": "charge",
        "id": "01a1fd11-7931-75fb-bcfe-a7b384ee8fb4",
        "amount": 200,
        "currency": "USD",
        "failure_code": "",
        "next_attempt_at": None,
        "status": "success",
    },
}
EVENTS = {"result": [EVENT], "cursor": "987654-01a226aee4e57c8e9a1d1f0c2b3a4d5e"}

ERRORS |= {
    "not an account of the owner": (
        403,
        show_error(
            "authorization", "This is only for accounts of the organisation that owns the application."
        ),
    ),
    "unknown endpoint": (404, show_error("not_found", "There is no such endpoint.")),
    "unknown delivery": (404, show_error("not_found", "There is no such delivery.")),
    "bad address": (
        400,
        show_error("validation", "url: must begin with https://", url="must begin with https://"),
    ),
    "bad cursor": (
        400,
        show_error(
            "validation",
            "after: must be the cursor of an earlier answer, or latest",
            after="must be the cursor of an earlier answer, or latest",
        ),
    ),
}
