"""Mails are queued about events, and sent one by one."""

from mail.read_events import read_new_events
from mail.send import Sender
from simulator.actors.picking import do_one
from simulator.marketplace import Marketplace


def write(market: Marketplace) -> None:
    """Queue mails about new events, or send the one that waits the longest."""
    do_one(market, [_read, _send])


def _read(market: Marketplace) -> bool:
    return bool(read_new_events())


def _send(market: Marketplace) -> bool:
    sender = Sender()
    is_sent = sender.send_next()
    sender.hang_up()
    return is_sent
