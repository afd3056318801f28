"""The card of the sandbox that a test buyer pays with, by the name of what it does."""

from dataclasses import asdict

from core.errors import InvalidField
from customers.models import Organization, TestBuyer
from customers.payment_options import add_payment_option, find_default_option
from gateway.cards import CardToken
from gateway.sandbox_behaviours import TEST_CARD_NAMES, TEST_CARDS, TOKEN_PREFIX, read_behaviour
from subscriptions.lifecycle.payment_option import replace_card
from testmode.clocks import stand_on_clock
from testmode.due_clocks import run_clock_if_free

SANDBOX = "sandbox"
LAST4 = slice(-4, None)
NUMBERLESS = "0000"
NAMES = {behaviour: name for name, behaviour in TEST_CARD_NAMES.items()}
# Never: no clock comes to this year.
EXPIRES = (12, 9999)


def add_test_card(organization: Organization, name: str) -> None:
    """Let a new test buyer pay with this card, in the caller's transaction. Raises InvalidField."""
    add_payment_option(organization.pk, gateway=SANDBOX, **asdict(_make_card(organization, name)))


def change_test_card(buyer: TestBuyer, *, test_card: str, actor: str) -> None:
    """Let a test buyer pay with another card from now on, and try at once what waits for a retry.

    `buyer` comes with its organisation. Call it outside of transactions. Raises InvalidField.
    """
    made = _make_card(buyer.organization, test_card)
    with stand_on_clock(buyer):
        replace_card(buyer.pk, gateway=SANDBOX, card=made, actor=actor)
    run_clock_if_free(buyer.pk)


def name_test_card(buyer: TestBuyer) -> str:
    """Return the name of the card that a test buyer pays with."""
    option = find_default_option(buyer.pk, gateway=SANDBOX)
    return "" if option is None else NAMES.get(read_behaviour(option.gateway_token), "")


def _make_card(organization: Organization, name: str) -> CardToken:
    """Return the card of an organisation that does this; it has one of each."""
    if name not in TEST_CARD_NAMES:
        raise InvalidField("test_card", f"must be one of {', '.join(TEST_CARD_NAMES)}")
    behaviour = TEST_CARD_NAMES[name]
    numbers = (number for number, does in TEST_CARDS.items() if does == behaviour)
    month, year = EXPIRES
    return CardToken(
        token=f"{TOKEN_PREFIX}{behaviour}_{organization.public_id.hex}",
        brand="visa",
        last4=next(numbers, NUMBERLESS)[LAST4],
        exp_month=month,
        exp_year=year,
    )
