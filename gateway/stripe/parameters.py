"""Parameters that several kinds of movements have at Stripe."""

from gateway.movements import Movement
from gateway.stripe.amounts import to_stripe
from gateway.stripe.api import Json

LONGEST_DESCRIPTION = 1000


def say_how_much(movement: Movement) -> Json:
    """Return amount and key, by which lists are searched later. Raises Unpayable."""
    return {"amount": to_stripe(movement.money), "metadata": {"attempt": movement.key}}


def say_what_for(movement: Movement) -> Json:
    """Return currency and description; Stripe refuses an empty one."""
    description = movement.description[:LONGEST_DESCRIPTION]
    what = {"currency": movement.money.currency.lower()}
    return what | ({"description": description} if description else {})
