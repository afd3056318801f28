"""Refusals about direct charges."""

import math
from datetime import timedelta

from core.errors import BillingError


class ChargeNotFound(BillingError):
    """There is no such charge."""


class WrongState(BillingError):
    """The charge is not in a state in which this can be done."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This cannot be done while the charge is {status}.", status=status)
        self.status = status


class ChargeExpired(BillingError):
    """The charge was not decided in time and can no longer be accepted."""


class AcceptanceLapsed(BillingError):
    """The buyer's acceptance is too old and no longer counts.

    Nothing was started or charged; ask the buyer again with a new charge.
    """


class TermsChanged(BillingError):
    """The terms are not the ones that were shown; read them again before deciding."""


class ConsentNotYours(BillingError):
    """Only the buyer can accept or decline.

    That is done on the hosted page or through the marketplace's own application.
    """


class ProcessorUnavailable(BillingError):
    """The payment processor cannot be reached; nothing was charged, try again."""


class ProcessorBusy(BillingError):
    """Too many requests wait for the payment processor; nothing was done, try again."""

    retry_after = 1  # Seconds; a call mostly takes less.


class TooManyCards(BillingError):
    """Too many cards were tried with which nothing was paid; nothing was done, try again later."""

    def __init__(self, *, retry_after: timedelta) -> None:
        super().__init__()
        self.retry_after = max(1, math.ceil(retry_after.total_seconds()))  # Seconds.


class RefundNotFound(BillingError):
    """There is no such refund."""


class ChargeInDispute(BillingError):
    """The payer's bank disputes this charge; nothing can be refunded until that is decided."""


class RefundedAlready(BillingError):
    """Nothing is left of the charge: it was refunded, or the payer's bank took it back."""


class NothingToReview(BillingError):
    """This attempt does not need review any more; nothing was changed."""


class NotDecidedYet(BillingError):
    """The processor has not decided about this payment, and money may still move; ask again later."""


class ProcessorHasTheMoney(BillingError):
    """The processor has exactly this money: record that it has moved, and give it back by a refund."""


class NothingToWriteOff(BillingError):
    """This is not a payment that failed and waits for its next try; nothing was changed."""
