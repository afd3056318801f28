"""The requests that get the answers of the examples about cards."""

from typing import Any

from tests.card_entry import begin, entered
from tests.dialects.text.world import World

IDS = {"v3_cards_list", "v3_cards_default_update", "v3_cards_remove_update"}
IDS |= {"v3_card_entries_create", "v3_card_entries_finish_update"}


def as_card_holder(world: World, **request: Any) -> dict[str, Any]:
    return {"token": world.token(app=world.marketplace)} | request


def with_card(world: World, **ids: Any) -> dict[str, Any]:
    card = world.buyer.payment_options.get(is_default=True)
    return as_card_holder(world, ids={"card_id": card.public_id, "entry_id": entered(world.account)} | ids)


RECIPES = {
    "Cards": as_card_holder,
    "Card": with_card,
    "RemovedCard": with_card,
    "UnknownCard": as_card_holder,
    "UnknownCardEntry": as_card_holder,
    "NoCardEntered": lambda w: with_card(w, entry_id=begin(w.account).id),
    "BadReturnUrl": lambda w: as_card_holder(w, body={"return_url": "https://elsewhere.example/"}),
}
