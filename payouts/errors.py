"""Refusals about payouts."""

from datetime import datetime

from core.errors import BillingError
from core.money import Money


class PayoutNotFound(BillingError):
    """There is no such payout."""


class PayoutAccountMissing(BillingError):
    """There is no account that payouts in this currency can go to."""


class PayoutAccountTooNew(BillingError):
    """The account was changed too recently to be paid to."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"The account was changed lately; payouts to it begin on {until:%Y-%m-%d} (UTC).")
        self.until = until


class BalanceTooLow(BillingError):
    """The available balance is too low."""

    def __init__(self, available: Money) -> None:
        super().__init__(f"Only {available} is available.", available=available.amount_minor)
        self.available = available


class PayoutTooSmall(BillingError):
    """The amount is below the minimum for payouts."""

    def __init__(self, least: Money) -> None:
        super().__init__(f"A payout is of {least} at least.", least=least.amount_minor)
        self.least = least


class WrongPayoutState(BillingError):
    """The payout is not in a state in which this can be done."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This cannot be done while the payout is {status}.", status=status)


class MethodNotPossible(BillingError):
    """Payouts to this account cannot be made this way."""


class NothingToSend(BillingError):
    """No approved payout waits for a bank file."""


class UnreadableReport(BillingError):
    """The file is no report of a bank that can be read: a pain.002 or camt.053."""


class ReportTakenBefore(BillingError):
    """This file was imported before."""
