"""The model is no formality: each mistake that the rules could make leads to a fault that it finds."""

from dataclasses import fields

import pytest

from tests.charges.model.exploring import Exploration, Found
from tests.charges.model.healing import Healing
from tests.charges.model.mistakes import Mistakes
from tests.charges.model.vocabulary import UNLIMITED, Bounds
from tests.charges.model.world import World

TWICE = "captured twice"
LOST = "captured, but recorded as without money"
# Under which bounds a mistake shows, and as what. Keys and references fail in ways of their own.
BY_KEY = Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=False, patience=2)
LONG = Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=False, patience=5)
PREPARED = Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=True, patience=2)
TWO_ATTEMPTS = Bounds(attempts=2, resolvers=1, faults=UNLIMITED, prepares=False, patience=2)
TWO_RESOLVERS = Bounds(attempts=1, resolvers=2, faults=0, prepares=True, patience=2, hints=False)
EXPIRED = Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=False, patience=2, expires=True)
FOUND = {
    "no_fence": (BY_KEY, TWICE),
    "not_found_is_failed": (PREPARED, LOST),
    "resend_under_any_key": (BY_KEY, TWICE),
    "fresh_until_the_key_dies": (BY_KEY, TWICE),
    "void_without_cancel": (PREPARED, LOST),
    "confirm_before_commit": (PREPARED, LOST),
    "commit_whatever_happened": (PREPARED, TWICE),
    "new_attempt_while_unknown": (TWO_ATTEMPTS, "two live attempts"),
    "resend_what_is_given_up": (PREPARED, "what is given up is sent again"),
    "settle_without_lock": (PREPARED, "posted twice or not at all"),
    "void_of_nothing_is_believed": (TWO_RESOLVERS, LOST),
    "void_overwrites_success": (PREPARED, LOST),
    "patience_ends_without_cancel": (LONG, LOST),
    "patience_ends_with_a_person": (LONG, "left to a person"),
    "too_late_is_void": (PREPARED, LOST),
    "pending_is_declined": (PREPARED, LOST),
    "not_sent_voids_after_takeover": (PREPARED, LOST),
    "refusal_counts_after_takeover": (EXPIRED, LOST),
    "give_up_without_cancel": (PREPARED, "captured, but failed"),
    "claim_what_is_given_up": (PREPARED, "an attempt begins after the charge was given up"),
    "confirm_under_a_dead_key": (BY_KEY, TWICE),
    "new_card_without_cancel": (PREPARED, LOST),
    "waiting_for_buyer_is_not_watched": (PREPARED, "comes to no end"),
    "cancelled_can_be_confirmed": (PREPARED, LOST),
    "declined_can_be_confirmed": (PREPARED, LOST),
    "payments_are_forgotten_with_keys": (BY_KEY, LOST),
}


def look_for(mistakes: Mistakes, bounds: Bounds) -> Found | None:
    world = World(bounds, mistakes)
    explored = Exploration(world).run()
    return explored.found or Healing(world).find_fault(explored)


def test_every_mistake_is_looked_for():
    assert [field.name for field in fields(Mistakes)] == list(FOUND)


@pytest.mark.parametrize("mistake", FOUND)
def test_a_mistake_is_found(mistake):
    bounds, what = FOUND[mistake]
    found = look_for(Mistakes(**{mistake: True}), bounds)
    assert found is not None
    assert found.what == what, found
