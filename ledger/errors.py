"""Refusals of the ledger."""

from core.errors import BillingError


class UnbalancedTransaction(BillingError):
    """The entries of a ledger transaction must add up to zero and none may be zero."""


class NotReversible(BillingError):
    """Transactions of this type cannot be reversed."""


class AlreadyReversed(BillingError):
    """The whole transaction was reversed before."""


class ReversedOnlyWhole(BillingError):
    """Only a payment can be reversed in part, all else is reversed whole."""


class ReversalTooLarge(BillingError):
    """The amount is more than what is left of the payment."""


class MonthNotOver(BillingError):
    """The month is not over yet."""


class EarlierMonthOpen(BillingError):
    """An earlier month is not closed. Months are closed one after the other."""


class AlreadyClosed(BillingError):
    """The month is closed, and stays so. What comes later is posted into the open month."""


class BooksAreBusy(BillingError):
    """Something is being posted that takes long. Nothing was changed; try again in a moment."""


class EntryNotFound(BillingError):
    """The ledger has no such entry."""


class EntryChanged(BillingError):
    """The posting of this entry is not the one that was hashed: somebody has changed it."""


class NotYetClosed(BillingError):
    """The tree of that day is not closed yet. That of a day is closed in the first hour of the next."""


class NothingOwed(BillingError):
    """Nothing of this is owed any more; nothing was changed."""
