"""The requests that get the answers of the examples about payouts."""

from datetime import timedelta
from typing import Any

from customers.models import Account
from operations.factories import AccountFactory, PayoutAccountFactory
from operations.factories.payouts import earn, make_approver
from payouts.decide import reject_payout
from payouts.models import Payout
from payouts.request import Requester, request_payout
from tests.dialects.text.world import World

IDS = {"v3_balance_retrieve", "v3_payouts_list", "v3_payouts_create", "v3_payouts_retrieve"}
IDS |= {"v3_payouts_cancel_update"}


def seller_token(world: World, account: Account | None = None, scopes: str = "payouts_manage") -> str:
    """A token for payouts, of the seller's own account if no other is named."""
    account = account or Account.objects.filter(email="owner@seller.example").first()
    account = account or AccountFactory(organization=world.seller, email="owner@seller.example")
    return world.token(account, scopes=scopes)


def rich(world: World, **request: Any) -> dict[str, Any]:
    """A seller that earned 60.00 long ago and 40.00 today, and an account that payouts in USD go to."""
    PayoutAccountFactory(organization=world.seller, currency="USD")
    earn(world.seller, 6_000)
    earn(world.seller, 4_000, age=timedelta(hours=1))
    return {"token": seller_token(world)} | request


def ask(world: World, cents: int = 5_000) -> Payout:
    return request_payout(
        organization_id=world.seller.pk,
        currency="USD",
        amount_minor=cents,
        requester=Requester(actor="test", account=Account.objects.get(email="owner@seller.example")),
    )


def with_payout(world: World) -> dict[str, Any]:
    request = rich(world)
    return request | {"ids": {"payout_id": ask(world).public_id}}


def rejected(world: World) -> dict[str, Any]:
    request = with_payout(world)
    reject_payout(Payout.objects.latest("pk").pk, user=make_approver(), reason="Not this one.")
    return request


RECIPES = {
    "AvailableBalance": rich,
    "Payouts": with_payout,
    "Payout": with_payout,
    "CancelledPayout": with_payout,
    "RejectedAlready": rejected,
    "ScopeMissingForPayouts": lambda w: {"token": w.token()},
    "BadCurrency": lambda w: {
        "token": seller_token(w),
        "query": "?currency=EURO",
        "body": {"currency": "EURO"},
    },
    "UnknownPayout": lambda w: {"token": seller_token(w)},
    "TooLittleAvailable": lambda w: rich(w, body={"amount": 6_001}),
}
