"""Refusals of bookkeeping."""

from core.errors import BillingError


class MonthNotReady(BillingError):
    """The month cannot be closed yet."""


class DifferenceSettled(BillingError):
    """The difference is settled already."""


class StatementNotFound(BillingError):
    """There is no such statement."""
