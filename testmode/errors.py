"""Refusals about test buyers and their clocks."""

from core.errors import BillingError


class UnknownTestBuyer(BillingError):
    """There is no such test buyer."""


class TooManyTestBuyers(BillingError):
    """A hundred test buyers were made within a day; advance one that you have, or go on tomorrow."""

    retry_after = 3_600  # Seconds.


class ClockIsAdvancing(BillingError):
    """The clock of this test buyer is being advanced; try again when that is done."""

    retry_after = 5  # Seconds.


class AdvanceTooLong(BillingError):
    """More falls due up to then than one advance does; what fell due before is done, so advance again."""


class NothingToCome(BillingError):
    """Nothing falls due for this test buyer; sell it something, or advance to an instant."""
