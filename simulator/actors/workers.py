"""Workers take messages off the queue, and find what is due without any."""

from charges.collection.single import collect_charge
from charges.models import Charge
from simulator.actors.picking import do_one, pick
from simulator.marketplace import Marketplace


def work(market: Marketplace) -> None:
    """Work off a message or a due charge."""
    do_one(market, [_take_message, _collect])


def _take_message(market: Marketplace) -> bool:
    message = market.messages.take()
    if message is not None:
        message()
    return message is not None


def _collect(market: Marketplace) -> bool:
    charge = pick(market.draw, Charge.objects.due())
    if charge is not None:
        collect_charge(charge.pk)
    return charge is not None
