"""The requests that get the answers of the examples about test buyers."""

import re
from typing import Any

from core import clock
from customers.models import TestBuyer
from testmode.buyers import create_test_buyer
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import World

IDS = {f"v3_test_buyers_{action}" for action in ("list", "create", "retrieve")}
IDS |= {"v3_test_buyers_token_create", "v3_test_buyers_card_update", "v3_test_buyers_advance_update"}
SECRETS = re.compile(r"(?<=\"password\": \")[\w-]+|(?<=\"access_token\": \")[\w-]+|buyer-[0-9a-f]{16}(?=@)")
DECLINED = {"test_card": "insufficient_funds"}


def as_owner(world: World, **request: Any) -> dict[str, Any]:
    """The seller, with a test buyer."""
    made = create_test_buyer(seller_id=world.seller.pk, name="A year at Nova")
    place = {"buyer_id": made.buyer.organization.public_id}
    return {"token": owner_token(world), "ids": place, **request}


def held(world: World) -> dict[str, Any]:
    """Somebody else advances the clock just now."""
    request = as_owner(world)
    TestBuyer.objects.update(lease_ends_at=clock.now().replace(year=2999))
    return request


def after_a_year(world: World) -> dict[str, Any]:
    to = clock.now().replace(microsecond=0, day=1)
    return as_owner(world, body={"to": to.replace(year=to.year + 1).isoformat()})


RECIPES = {
    "TestBuyers": as_owner,
    "TestBuyer": as_owner,
    "TokenOfATestBuyer": as_owner,
    "DeclinedCard": lambda w: as_owner(w, body=DECLINED),
    "AdvancedTestBuyer": after_a_year,
    "UnknownTestBuyer": lambda w: {"token": owner_token(w), "body": DECLINED},
    "BadTestCard": lambda w: as_owner(w, body={"test_card": "gold"}),
    "NothingToCome": as_owner,
    "ClockIsAdvancing": held,
}


def ask(world: World, path: str) -> dict[str, Any]:
    """Who asks for an example, and of what."""
    return as_owner(world)
