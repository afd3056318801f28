"""Expired cards are not sent: they are declined here, unless the processor knows that they were renewed."""

from charges.collection.outcome_types import RefusedHere
from core import clock
from core.card_expiry import has_passed
from gateway.base import Gateway, NotSent
from gateway.cards import CardToken

CODE = "expired_card"
MESSAGE = "The card has expired."


def refuse_expired(gateway: Gateway, *, token: str) -> RefusedHere | None:
    """Return our refusal of a card that has expired as far as is known here; None when it was renewed.

    Call it outside transactions. Raises NotSent when the processor cannot be asked.
    """
    try:
        card = gateway.read_card(token=token)
    except Exception as exc:
        raise NotSent(f"It is not known whether the card was renewed: {exc!r}") from exc
    if isinstance(card, CardToken) and not has_passed(card.exp_year, card.exp_month, at=clock.now()):
        return None
    return RefusedHere(CODE, MESSAGE)
