"""Movements of the tests of the GoCardless gateway; amounts are pence."""

from datetime import timedelta

from core import clock
from core.money import Money
from gateway.movements import Movement, MovementKind


def ask_charge(
    token: str, key: str = "a", pence: int = 500, *, sent_ago: timedelta = timedelta(0)
) -> Movement:
    """Return a charge of a mandate."""
    return _ask(MovementKind.CHARGE, token, key, pence, sent_ago)


def ask_refund(
    capture: str, key: str = "r", pence: int = 500, *, sent_ago: timedelta = timedelta(0)
) -> Movement:
    """Return a refund of a payment."""
    return _ask(MovementKind.REFUND, capture, key, pence, sent_ago)


def ask_payout(token: str, key: str = "p", pence: int = 500) -> Movement:
    """Return a disbursement."""
    return _ask(MovementKind.PAYOUT, token, key, pence, timedelta(0))


def _ask(kind: MovementKind, token: str, key: str, pence: int, sent_ago: timedelta) -> Movement:
    money = Money(pence, "GBP")
    return Movement(
        kind=kind, key=key, money=money, token=token, sent_at=clock.now() - sent_ago, description="Tests"
    )
