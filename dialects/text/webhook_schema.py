"""OpenAPI description of webhooks and of the feed of events. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from dialects.text import webhook_examples as examples
from dialects.text.schema import PAGE_PARAMETERS, describe_action
from dialects.text.webhook_shapes import (
    DELIVERY_STATUSES,
    DeliveryList,
    DeliveryOfEvent,
    EndpointChange,
    EndpointList,
    EventList,
    NewEndpoint,
    ReplayCount,
    ReplayRange,
    SecretEndpoint,
    WebhookEndpoint,
)

ENDPOINT_PARAMETER = OpenApiParameter("endpoint_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
EVENT_ID = {"type": "string", "pattern": "^evt_[0-9a-f]{32}$"}
MOST_EVENTS = 100
EVENT_PARAMETER = OpenApiParameter("event_id", EVENT_ID, OpenApiParameter.PATH)
OWNER = "not an account of the owner"
UNKNOWN = "unknown endpoint"
NEXT_EVENTS = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description='`<...>; rel="next"`: there is more now. Not there when all was told; ask again later.',
)
EVENT_PARAMETERS = [
    OpenApiParameter(
        "after",
        str,
        description="The cursor of an earlier answer. The beginning without it, the end with `latest`.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_EVENTS, "default": MOST_EVENTS},
        description="How many.",
    ),
    NEXT_EVENTS,
]
PAGES_OF_DELIVERIES = [
    PAGE_PARAMETERS[0],
    OpenApiParameter("before", EVENT_ID, description="The cursor of the Link header."),
    PAGE_PARAMETERS[2],
    ENDPOINT_PARAMETER,
    OpenApiParameter("status", str, enum=DELIVERY_STATUSES),
]


def describe_events() -> dict[str, Any]:
    """Return what to say about the feed."""
    return {
        "list": describe_action(
            {200: EventList},
            EVENT_PARAMETERS,
            {"events": (200, examples.EVENTS)},
            "bad cursor",
            OWNER,
            description="List the events of the application, the oldest first, each once and none left out: "
            "what is still being written is told later, behind the cursor. Order the events of one object by "
            "their sequence.",
        )
    }


def describe_endpoints() -> dict[str, Any]:
    """Return what to say about each action of endpoints."""
    return _describe_rows() | _describe_acts()


def _describe_rows() -> dict[str, Any]:
    return {
        "list": describe_action(
            {200: EndpointList},
            PAGE_PARAMETERS,
            {"endpoints": (200, {"result": [examples.ENDPOINT]})},
            OWNER,
            description="List the endpoints of the application, newest first.",
        ),
        "create": describe_action(
            {201: SecretEndpoint},
            [],
            {"endpoint": (201, examples.NEW_ENDPOINT_ANSWER)},
            "bad address",
            OWNER,
            request={"application/json": NewEndpoint},
            requests=[OpenApiExample("endpoint", examples.NEW_ENDPOINT, request_only=True)],
            description="Have events sent to a URL from now on. The secret is in this answer only.",
        ),
        "retrieve": _describe_one("endpoint", "Show an endpoint."),
        "change": describe_action(
            {200: WebhookEndpoint},
            [ENDPOINT_PARAMETER],
            {"changed endpoint": (200, examples.ENDPOINT | examples.CHANGES)},
            OWNER,
            UNKNOWN,
            request={"application/json": EndpointChange},
            requests=[OpenApiExample("changed endpoint", examples.CHANGES, request_only=True)],
            description="Change what is given; what is left out stays.",
        ),
        "destroy": describe_action(
            {204: None},
            [ENDPOINT_PARAMETER],
            {},
            OWNER,
            UNKNOWN,
            description="Send nothing to it any more and forget what waits.",
        ),
    }


def _describe_acts() -> dict[str, Any]:
    return {
        "enable": _describe_one("endpoint", "Send again, from where it stopped.", request=None),
        "disable": _describe_one(
            "disabled endpoint", "Send nothing until it is enabled; events wait.", request=None
        ),
        "rotate_secret": describe_action(
            {200: SecretEndpoint},
            [ENDPOINT_PARAMETER],
            {"new secret": (200, examples.NEW_SECRET_ANSWER)},
            OWNER,
            UNKNOWN,
            request=None,
            description="Make a new secret. For 24 hours the one before signs beside it.",
        ),
        "test": describe_action(
            {202: DeliveryOfEvent},
            [ENDPOINT_PARAMETER],
            {"test event": (202, examples.TEST_DELIVERY)},
            OWNER,
            UNKNOWN,
            request=None,
            description="Send an `endpoint.tested` event, whatever the endpoint wants otherwise.",
        ),
        "replay": describe_action(
            {202: ReplayCount},
            [ENDPOINT_PARAMETER],
            {"replayed range": (202, {"count": 0})},
            OWNER,
            UNKNOWN,
            request={"application/json": ReplayRange},
            requests=[OpenApiExample("replayed range", examples.RANGE, request_only=True)],
            description="Send again, under the same ids, what happened in a range of time.",
        ),
    }


def describe_deliveries() -> dict[str, Any]:
    """Return what to say about each action of deliveries."""
    return {
        "list": describe_action(
            {200: DeliveryList},
            PAGES_OF_DELIVERIES,
            {"deliveries": (200, {"result": [examples.DELIVERY]})},
            OWNER,
            UNKNOWN,
            description="List the deliveries of the last 30 days, newest first, with each request.",
        ),
        "replay": describe_action(
            {200: DeliveryOfEvent},
            [ENDPOINT_PARAMETER, EVENT_PARAMETER],
            {"replayed delivery": (200, examples.DELIVERY)},
            OWNER,
            UNKNOWN,
            "unknown delivery",
            request=None,
            description="Send one event again, under the same id.",
        ),
    }


def _describe_one(name: str, description: str, **schema: Any) -> Any:
    shown = examples.DISABLED if name == "disabled endpoint" else examples.ENDPOINT
    return describe_action(
        {200: WebhookEndpoint},
        [ENDPOINT_PARAMETER],
        {name: (200, shown)},
        OWNER,
        UNKNOWN,
        description=description,
        **schema,
    )
