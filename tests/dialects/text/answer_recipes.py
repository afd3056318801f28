"""The request that gets each example answer of the API's description."""

from datetime import timedelta

from core import clock
from customers.models import Application
from operations.factories import ApplicationFactory
from tests.dialects.text import (
    card_recipes,
    invoice_recipes,
    payout_recipes,
    refund_recipes,
    testing_recipes,
    webhook_recipes,
)
from tests.dialects.text.world import call

NEW = {
    "name": "Extension",
    "price": 100,
    "quantity": 2,
    "return_url": "https://seller.example/back?plan=gold",
}
GIVEN = {"price_minor": 100, "quantity": 2, "return_url": NEW["return_url"], "per_account": True}
GIVEN_RECURRENT = {
    "price_minor": 1900,
    "trial_days": 7,
    "external_id": "zzh2F1cnc",
    "return_url": NEW["return_url"],
    "per_account": True,
}


def example_of(world, status="pending"):
    if world.kind == "recurrent":
        return world.subscription(status, **GIVEN_RECURRENT)
    return world.charge(status, **GIVEN)


def in_person(world, status="pending"):
    return {"charge": example_of(world, status), "token": world.token(app=world.marketplace)}


def earning(world):
    world.charge("success", **GIVEN)
    return {"token": world.earner_token()}


def as_of_now(token):
    """Ask the same world, which has earned in the example before."""
    return {"token": token, "query": f"?as_of={clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"}


def of_statements(**request):
    return lambda world: earning(world) | request


def by_the_app(world, status="pending"):
    return {"charge": example_of(world, status), "token": world.token()}


def too_late(world):
    with clock.travel_to(clock.now() - timedelta(days=31)):
        charge = example_of(world, "accepted")
    return {"charge": charge, "token": world.token()}


def a_second_one(world):
    app = ApplicationFactory(organization=world.seller)
    world.subscription("processed", app=app, **GIVEN_RECURRENT)
    charge = world.subscription(app=app, **GIVEN_RECURRENT)
    Application.objects.filter(pk=app.pk).update(allows_second=False)
    return {"charge": charge, "token": world.token(app=world.marketplace)}


def reused_key(world):
    token, key = world.token(), {"Idempotency-Key": "one"}
    for version, product in (("v1", ""), ("v2", "/livechat"), ("v3", "/livechat")):
        call("POST", f"/{version}/{world.kind}_charge{product}", token, body=NEW, **key)
    return {"token": token, "body": NEW | {"price": 1}, **key}


def with_only_card(world):
    world.charge("accepted", **GIVEN)
    return card_recipes.with_card(world)


# Name of an answer's example -> the request that gets it.
RECIPES = {
    "DirectCharges": by_the_app,
    "DirectCharge": by_the_app,
    "RecurrentCharges": by_the_app,
    "RecurrentCharge": by_the_app,
    "Processed": lambda w: by_the_app(w, "accepted"),
    "Active": lambda w: by_the_app(w, "accepted"),
    "Accepted": in_person,
    "Declined": in_person,
    "Cancelled": lambda w: by_the_app(w, "processed"),
    "Ledger": earning,
    "Balance": earning,
    "BalanceAsOfAnInstant": lambda w: as_of_now(w.earner_token()),
    "OwedAsOfAnInstant": lambda w: as_of_now(payout_recipes.seller_token(w)),
    "BadInstant": lambda w: {"token": w.token(scopes="ledger_read payouts_manage"), "query": "?as_of=soon"},
    "Statements": of_statements(),
    "Statement": of_statements(),
    "StatementLines": of_statements(),
    "UnknownStatement": of_statements(ids={"month": "2001-01"}),
    "BadMonth": of_statements(query="?before=2026-13"),
    "BadLine": of_statements(query="?after=1"),
    "OnlyCardOfWhatRuns": with_only_card,
    "NotTheMarketplace'sOwnApplication": by_the_app,
    "NoToken": lambda w: {},
    "BadFields": lambda w: {"token": w.token(), "body": {"name": "a", "price": 1.5, "quantity": 1}},
    "BadPage": lambda w: {
        "token": w.token(app=w.marketplace, scopes="billing_manage ledger_read")
        if w.kind == "card"
        else w.token(scopes="billing_manage ledger_read payouts_manage"),
        "query": "?page=0",
    },
    "ScopeMissingForCharges": lambda w: {"token": w.token(scopes="ledger_read")},
    "ScopeMissingForTheLedger": lambda w: {"token": w.token()},
    "NotTheBuyerInPerson": by_the_app,
    "UnknownCharge": lambda w: {"token": w.token()},
    "TooLarge": lambda w: {"token": w.token(), "body": "x" * 70_000},
    "NotAcceptedYet": by_the_app,
    "AlreadyDeclined": lambda w: in_person(w, "declined"),
    "AlreadyAccepted": lambda w: in_person(w, "accepted"),
    "AcceptedTooLongAgo": too_late,
    "OnlyOneAllowed": a_second_one,
    "KeyUsedForAnotherRequest": reused_key,
    **invoice_recipes.RECIPES,
    **card_recipes.RECIPES,
    **webhook_recipes.RECIPES,
    **refund_recipes.RECIPES,
    **payout_recipes.RECIPES,
    **testing_recipes.RECIPES,
}
