"""Workers take messages off the queue, and find what is due without any."""

from charges.collection.single import collect_charge
from charges.models import Charge
from simulator.actors.picking import pick
from simulator.marketplace import Marketplace


def work(market: Marketplace) -> None:
    """Work off a message or a due charge."""
    message = market.messages.take() if market.draw.random() < 0.5 else None
    if message is not None:
        message()
        return
    charge = pick(market.draw, Charge.objects.due())
    if charge is not None:
        collect_charge(charge.pk)
