"""What keeps a dispute from being recorded; it is asked for again later."""

from core.errors import BillingError


class CaptureNotKnown(BillingError):
    """No collected charge has the capture that this dispute is of."""


class DisputeContradicted(BillingError):
    """The processor names another capture, amount or currency than before, or than it captured."""
