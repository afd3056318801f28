"""The requests that get the answers of the examples about refunds."""

from typing import Any

from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from charges.refunds.ask import ask_refund
from core import clock
from customers.models import Account
from dialects.text.refund_schema import NEW_REFUND
from gateway.hints import DisputeStatus
from tests.charges.scripted_gateway import report
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import World

PLACES = ("v3_direct_charge_refund", "v3_recurrent_charge_payments_refund")
ACTS = ("_create", "s_list", "s_retrieve")
IDS = {f"{place}{act}" for place in PLACES for act in ACTS}
LARGE = 60_000


def collected(world: World, cents: int = 200) -> Charge:
    """A charge, or a payment of a recurrent one, that was collected."""
    if world.kind == "direct":
        return world.charge("success", price_minor=cents, quantity=1)
    return world.subscription("active", price_minor=cents).charges.get()


def as_seller(world: World, charge: Charge | None = None, **request: Any) -> dict[str, Any]:
    """The owner of the application asks about a charge."""
    charge = charge or collected(world)
    of = charge.subscription or charge
    ids = {"charge_id": of.public_id, "payment_id": charge.public_id}
    return {"token": owner_token(world), "ids": ids | request.pop("ids", {}), "body": NEW_REFUND, **request}


def refunded(world: World, cents: int | None = 50, of: int = 200) -> dict[str, Any]:
    """A charge of which so much was asked to be given back."""
    charge, token = collected(world, of), owner_token(world)
    asked = ask_refund(
        charge_id=charge.pk,
        amount_minor=cents,
        reason=NEW_REFUND["reason"],
        actor="test",
        requested_by_account=Account.objects.get(email="owner@seller.example"),
    )
    return as_seller(world, charge, token=token, ids={"refund_id": asked.public_id})


def large(world: World) -> dict[str, Any]:
    return as_seller(world, collected(world, LARGE), body=NEW_REFUND | {"amount": LARGE})


def disputed(world: World) -> dict[str, Any]:
    charge = collected(world)
    said = report(charge, status=DisputeStatus.OPENED, amount=100, fee=0)
    record_dispute(Asked("sandbox", said, clock.now()))
    return as_seller(world, charge)


RECIPES = {
    "Refund": refunded,
    "Refunds": refunded,
    "LargeRefund": large,
    "TooMuch": lambda w: as_seller(w, body=NEW_REFUND | {"amount": 201}),
    "NoAccountOfTheSellingOrganisation": lambda w: as_seller(w, token=w.token()),
    "NoSuchCharge": lambda w: {"token": owner_token(w), "body": NEW_REFUND},
    "UnknownRefund": as_seller,
    "NotCollected": lambda w: as_seller(w, w.charge("accepted")),
    "NothingLeft": lambda w: refunded(w, None),
    "InDispute": disputed,
    "AnotherOneWaits": lambda w: refunded(w, LARGE, LARGE) | {"body": NEW_REFUND | {"amount": LARGE}},
}


def ask(world: World, path: str) -> dict[str, Any]:
    """Who asks for an example, and of what."""
    world.kind = "recurrent" if "recurrent" in path else "direct"
    return as_seller(world)
