"""Refusals about subscriptions."""

from datetime import datetime

from core.errors import BillingError, InvalidField
from core.money import Money


class SubscriptionNotFound(BillingError):
    """There is no such recurrent charge."""


class CustomerDeleted(BillingError):
    """The customer was deleted and cannot be subscribed."""


class PlanDeleted(BillingError):
    """The plan was deleted and cannot be subscribed to."""


class PlanAlreadyDeleted(BillingError):
    """The plan was deleted before."""


class PlanNotFound(BillingError):
    """There is no such plan."""


class StartPassed(InvalidField):
    """A subscription was to start in the past, at `starts_at` (UTC)."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__("starts_at", "must not be in the past")
        self.starts_at = starts_at


class NoSecondPeriod(InvalidField):
    """The interval is so long that the second period would begin after the year 9999."""

    def __init__(self) -> None:
        super().__init__("interval", "must let a second period begin before the year 10000")


class TooManySeats(BillingError):
    """The buyer has so many accounts that a payment for all of them would be more than can be charged."""

    def __init__(self, seats: int, price: Money) -> None:
        super().__init__(
            f"{seats} accounts at {price} each are more than can be charged at once. Nothing was accepted;"
            " ask the seller for another price."
        )
        self.seats, self.price = seats, price


class AlreadySubscribed(BillingError):
    """Your organisation has a subscription of this already. Nothing was accepted; cancel that one first."""


class EndMoved(BillingError):
    """The paid time ends at another moment than the page said. Nothing was cancelled."""


class RefundTooLarge(InvalidField):
    """More would be given back than one period costs, which is `limit_minor` (cents)."""

    def __init__(self, limit_minor: int) -> None:
        super().__init__("refund_minor", f"must not be more than the {limit_minor} cents of a period")
        self.limit_minor = limit_minor


class PayoutNotRefundable(BillingError):
    """A payout cannot be refunded; cancel without a refund."""


class NothingHeld(BillingError):
    """Nothing is held back for this subscription."""


class NoTrialToExtend(BillingError):
    """This subscription is not on trial, or is to end with its trial; nothing was changed."""


class HeldAlready(BillingError):
    """This subscription is held already."""


class NothingLeftToHold(BillingError):
    """No further period of this subscription is to be billed."""


class NothingToRetry(BillingError):
    """No payment of this subscription is waiting to be tried again."""


class PreviewBusy(BillingError):
    """Another preview is being made; please try again in a moment."""
