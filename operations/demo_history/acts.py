"""What people and cards do in the demo's story; days count from its beginning, amounts are cents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happens on a day."""

    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale(Act):
    """A buyer is asked for a single payment, and does what the stage of `ChargeFactory` says."""

    buyer: str
    app: str
    name: str
    cents: int
    quantity: int = 1
    stage: str = "activated"
    test: bool = False
    test_card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing(Act):
    """A buyer is offered a subscription, and does what the stage of `SubscriptionFactory` says."""

    buyer: str
    app: str
    name: str
    cents: int
    trial_days: int = 0
    frequency: str = "monthly"
    stage: str = "activated"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard(Act):
    """A buyer pays with another card from now on; the sandbox's name says how it behaves."""

    buyer: str
    behaviour: str = "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Act):
    """Staff give back so many cents of what a buyer paid for a single sale; without an amount, all of it."""

    buyer: str
    name: str
    reason: str
    cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling(Act):
    """A buyer ends a subscription."""

    buyer: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout(Act):
    """A seller asks for so many cents; without an amount, for all that is available.

    `settled` after the second person's approval, or left to wait for it.
    """

    app: str
    cents: int | None = None
    settled: bool = True
