"""Events are delivered to the sellers' endpoints."""

from simulator.marketplace import Marketplace
from webhooks.deliver import send
from webhooks.fan_out import fan_out_events
from webhooks.queue import take_due
from webhooks.record import record_answer


def deliver(market: Marketplace) -> None:
    """Make deliveries of new events, or send what is due."""
    if market.draw.random() < 0.4 or not deliver_due(most=4):
        fan_out_events()


def deliver_due(*, most: int) -> int:
    """Send what is due and return how many that was."""
    taken = [*take_due(most=most, failing=False), *take_due(most=most, failing=True)]
    for delivery in taken:
        record_answer(delivery, send(delivery))
    return len(taken)
