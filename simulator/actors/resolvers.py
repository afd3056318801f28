"""Resolvers find out what became of attempts and payouts without an answer."""

from charges.collection.resolve import resolve_attempt
from charges.models import Attempt
from core import clock
from payouts.models import Payout
from payouts.sending.transfer import resolve_payout
from simulator.actors.picking import pick
from simulator.marketplace import Marketplace


def resolve(market: Marketplace) -> None:
    """Ask about one that is to be asked about, now and then before its time."""
    payout = pick(market.draw, Payout.objects.filter(check_at__lte=clock.now()))
    if payout is not None and market.draw.random() < 0.5:
        resolve_payout(payout.pk)
        return
    early = market.draw.random() < 0.2
    attempts = Attempt.objects.waiting() if early else Attempt.objects.unresolved()
    attempt = pick(market.draw, attempts)
    if attempt is not None:
        resolve_attempt(attempt.pk, early=early)
