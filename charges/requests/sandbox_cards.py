"""Naming the sandbox's card that pays a test charge, so that a client can rehearse what a card may do.

It is kept as the charge's funding source, as the processor's own names of cards are.
"""

from core.errors import InvalidField
from gateway.sandbox_behaviours import TEST_CARD_NAMES

PREFIX = "/cards/"


def choose_sandbox_card(test_card: str | None, *, test: bool) -> str | None:
    """Return the funding source of a test charge, None for the usual one. Raises InvalidField."""
    if test_card is None:
        return None
    if not test:
        raise InvalidField("test_card", "is only for charges with test: true")
    if test_card not in TEST_CARD_NAMES:
        raise InvalidField("test_card", f"must be one of {', '.join(TEST_CARD_NAMES)}")
    return PREFIX + TEST_CARD_NAMES[test_card]


def name_sandbox_card(funding_source: str | None) -> str | None:
    """Return what a client calls the sandbox's card of a test charge, None for the usual one."""
    if funding_source is None:
        return None
    behaviour = funding_source.removeprefix(PREFIX)
    return next((name for name, meant in TEST_CARD_NAMES.items() if meant == behaviour), None)
