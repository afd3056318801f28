"""Text's own webhook bodies, for endpoints that ask for them.

The payments of a recurrent charge are told as its own: clients know no others.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from access.models import Installation
from charges.models import Charge, ChargeStatus
from customers.models import Account, Application, Organization
from events.models import Event
from events.types import EventType, ObjectType
from subscriptions.models import Subscription
from subscriptions.renewal.seats import count_seats
from webhooks.models import Endpoint

Purchase = Charge | Subscription
Payload = Mapping[str, Any]
TESTED = "webhook_tested"
INSTALLATIONS: Mapping[EventType, str] = {
    EventType.INSTALLATION_STARTED: "application_installed",
    EventType.INSTALLATION_ENDED: "application_uninstalled",
}


def write_bodies(events: Sequence[Event]) -> dict[UUID, str]:
    """Return the bodies of those events that Text tells of, by their ids; amounts are cents."""
    bodies = {}
    purchases = _find_purchases(events)
    for event in events:
        purchase = purchases.get(event.object_id)
        if event.type == EventType.ENDPOINT_TESTED:
            bodies[event.pk] = _write(_describe_test(event))
        elif event.type in INSTALLATIONS:
            bodies[event.pk] = _write(_describe_installation(event))
        elif purchase is not None and (said := _tell(event, purchase)) is not None:
            name, payload = said
            bodies[event.pk] = _write(_describe(event, purchase, name, payload))
    return bodies


def _find_purchases(events: Sequence[Event]) -> dict[UUID, Purchase]:
    charges = [event.object_id for event in events if event.object_type == ObjectType.CHARGE]
    recurrent = [event.object_id for event in events if event.object_type == ObjectType.SUBSCRIPTION]
    rows: list[Purchase] = [
        *Charge.objects.for_display().filter(public_id__in=charges, subscription=None),
        *Subscription.objects.for_display().filter(public_id__in=recurrent),
    ]
    return {row.public_id: row for row in rows}


def _tell(event: Event, purchase: Purchase) -> tuple[str, Payload] | None:
    tell = TOLD.get(EventType(event.type))
    return tell(event, purchase) if tell else None


def _tell_activation(event: Event, purchase: Any) -> tuple[str, Payload]:
    if isinstance(purchase, Charge):
        return "payment_activated", {"quantity": purchase.quantity}
    if _begins_trial(event):
        return "payment_trialstarted", {}
    seats = count_seats([purchase.buyer_id]) if purchase.per_account else {}
    return "payment_activated", {"quantity": seats.get(purchase.buyer_id, 1)}


def _begins_trial(event: Event) -> bool:
    """Say whether an activation began a trial; one used up before has no end, one over before a past end."""
    ends_at = event.snapshot["next_charge_at"]
    if ends_at is None or event.snapshot["current_charge_at"] is not None:
        return False
    return datetime.fromisoformat(ends_at) > event.occurred_at


def _tell_collection(event: Event, purchase: Any) -> tuple[str, Payload]:
    if isinstance(purchase, Charge):
        return "payment_collected", {"total": purchase.total_minor}
    paid = purchase.charges.filter(
        refund_of=None, status=ChargeStatus.SUCCESS, due_at=event.snapshot["current_charge_at"]
    )
    total = paid.values_list("total_minor", flat=True).first()
    return "payment_collected", {"total": purchase.price_minor if total is None else total}


def _tell_cancellation(event: Event, purchase: Purchase) -> tuple[str, Payload]:
    return "payment_cancelled", {}


def _tell_refusal(event: Event, purchase: Purchase) -> tuple[str, Payload]:
    return "payment_declined", {}


TOLD: Mapping[EventType, Callable[[Event, Any], tuple[str, Payload]]] = {
    EventType.CHARGE_ACTIVATED: _tell_activation,
    EventType.CHARGE_SUCCEEDED: _tell_collection,
    EventType.CHARGE_DECLINED: _tell_refusal,
    EventType.SUBSCRIPTION_ACTIVATED: _tell_activation,
    EventType.SUBSCRIPTION_RENEWED: _tell_collection,
    EventType.SUBSCRIPTION_CANCELLED: _tell_cancellation,
    EventType.SUBSCRIPTION_DECLINED: _tell_refusal,
}


def _describe(event: Event, purchase: Any, name: str, payload: Payload) -> dict[str, Any]:
    payload = {"paymentID": str(purchase.public_id), **payload}
    app, buyer = purchase.order_application, purchase.buyer
    return _envelope(event, app, name, buyer=buyer, account=purchase.buyer_account, payload=payload)


def _describe_test(event: Event) -> dict[str, Any]:
    app = Endpoint.objects.select_related("application__organization").get(public_id=event.object_id)
    owner = app.application.organization
    return _envelope(event, app.application, TESTED, buyer=owner, account=None, payload={})


def _describe_installation(event: Event) -> dict[str, Any]:
    ours = Installation.objects.select_related("application", "organization").get(public_id=event.object_id)
    return _envelope(
        event,
        ours.application,
        INSTALLATIONS[EventType(event.type)],
        buyer=ours.organization,
        account=Account.objects.filter(public_id=event.snapshot["account"]).first(),
        payload={"applicationID": ours.application.client_id},
    )


def _envelope(
    event: Event,
    app: Application,
    name: str,
    *,
    buyer: Organization,
    account: Account | None,
    payload: Payload,
) -> dict[str, Any]:
    return {
        "applicationID": app.client_id,
        "applicationName": app.name,
        "clientID": app.client_id,
        "date": event.occurred_at.isoformat(timespec="seconds"),
        "event": name,
        "licenseID": buyer.license_id,
        "organizationID": str(buyer.public_id),
        "payload": payload,
        "userID": "" if account is None else str(account.public_id),
    }


def _write(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"))
