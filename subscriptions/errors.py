"""Refusals about subscriptions."""

from core.errors import BillingError, InvalidField


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


class RefundTooLarge(InvalidField):
    """More would be given back than one period costs."""

    def __init__(self, price_minor: int) -> None:
        message = f"refund_amount cannot be greater than subscription amount {price_minor}"
        super().__init__("refund_amount", message)


class PayoutNotRefundable(BillingError):
    """A payout cannot be refunded; cancel without a refund."""


class NothingHeld(BillingError):
    """Nothing is held back for this subscription."""


class NothingToRetry(BillingError):
    """No payment of this subscription is waiting to be tried again."""
