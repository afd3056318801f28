"""The requests that get the answers of the examples about webhooks and events."""

import re
from datetime import UTC, datetime
from typing import Any

from customers.models import Account
from events.models import Event
from operations.factories import AccountFactory
from tests.dialects.text.world import World
from webhooks.endpoints import create_endpoint, disable_endpoint
from webhooks.models import Endpoint, Sending
from webhooks.repair import send_test_event

IDS = {f"v3_webhook_endpoints_{action}" for action in ("list", "create", "retrieve", "update", "destroy")}
IDS |= {f"v3_webhook_endpoints_{act}_update" for act in ("enable", "disable", "deliveries_replay")}
IDS |= {f"v3_webhook_endpoints_{act}_create" for act in ("rotate_secret", "test", "replay")}
IDS |= {"v3_webhook_endpoints_deliveries_list", "v3_events_list"}
CHANGES = {"url": "https://seller.example/events", "description": ""}
RANGE = {"since": "2026-11-28T00:00:00Z", "until": "2026-11-29T00:00:00Z"}
URL = "https://seller.example/webhooks"
SECRETS = re.compile(r"whsec_[A-Za-z0-9+/=]+|evt_[0-9a-f]{32}|(?<=\"cursor\": \")\d+-[0-9a-f]{32}")


def owner_token(world: World, **changes: Any) -> str:
    """A token of the seller's own account for its application."""
    account = Account.objects.filter(email="owner@seller.example").first()
    account = account or AccountFactory(organization=world.seller, email="owner@seller.example")
    return world.token(account, **changes)


def endpoint(world: World) -> Endpoint:
    """The endpoint of the examples."""
    types = ["charge.succeeded", "subscription.renewed"]
    made = create_endpoint(application_id=world.app.pk, url=URL, description="Invoices", event_types=types)
    return made.endpoint


def as_owner(world: World, **request: Any) -> dict[str, Any]:
    place = {"endpoint_id": endpoint(world).public_id, "event_id": "1"}
    return {"token": owner_token(world), "ids": place | request.pop("ids", {}), **request}


def with_delivery(world: World) -> dict[str, Any]:
    request = as_owner(world)
    delivery = send_test_event(Endpoint.objects.get().pk)
    Sending.objects.create(
        delivery=delivery,
        number=1,
        sent_at=delivery.created_at,
        latency_ms=87,
        status_code=500,
        answer="Something went wrong here.",
    )
    request["ids"]["event_id"] = delivery.event.public_id
    return request


def disabled(world: World) -> dict[str, Any]:
    request = as_owner(world)
    disable_endpoint(Endpoint.objects.get().pk)
    return request


def with_event(world: World) -> dict[str, Any]:
    """An event of a transaction that is long over."""
    Event.objects.create(
        xact=1,
        type="charge.succeeded",
        object_type="charge",
        object_id="01a1fd11-7931-75fb-bcfe-a7b384ee8fb4",
        sequence=4,
        application_id=world.app.pk,
        organization_id=world.seller.pk,
        livemode=True,
        occurred_at=datetime(2026, 11, 29, 8, tzinfo=UTC),
        snapshot={
            "status": "success",
            "amount": 200,
            "currency": "USD",
            "failure_code": "",
            "next_attempt_at": None,
        },
    )
    return {"token": owner_token(world)}


RECIPES = {
    "Events": with_event,
    "Endpoints": as_owner,
    "Endpoint": as_owner,
    "ChangedEndpoint": lambda w: as_owner(w, body=CHANGES),
    "DisabledEndpoint": disabled,
    "NewSecret": as_owner,
    "TestEvent": as_owner,
    "ReplayedRange": lambda w: as_owner(w, body=RANGE),
    "Deliveries": with_delivery,
    "ReplayedDelivery": with_delivery,
    "NotAnAccountOfTheOwner": lambda w: as_owner(w, token=w.token()),
    "UnknownEndpoint": lambda w: {"token": owner_token(w), "body": RANGE},
    "UnknownDelivery": as_owner,
    "BadAddress": lambda w: as_owner(w, body={"url": "http://seller.example/"}),
    "BadCursor": lambda w: as_owner(w, query="?after=yesterday"),
}


def ask(world: World, path: str) -> dict[str, Any]:
    """Who asks for an example, and of what."""
    if "/webhook" in path:
        return as_owner(world)
    return {"token": world.token(app=world.marketplace if "/card" in path else world.app)}
