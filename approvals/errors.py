"""Refusals about acts that need a second person."""

from core.errors import BillingError


class AlreadyRequested(BillingError):
    """This was asked for before and waits for a second person."""


class NotApproved(BillingError):
    """Nobody has approved exactly this; nothing was done."""


class ApprovedByRequester(BillingError):
    """Who asked for something cannot decide about it; another person has to."""


class MayNotApprove(BillingError):
    """Only staff with the permission to approve money can decide about this."""


class NotOpen(BillingError):
    """This was decided before."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This cannot be done any more: the request is {status}.", status=status)
        self.status = status
