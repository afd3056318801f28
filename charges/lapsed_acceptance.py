"""The end of an acceptance that nobody activated."""

from datetime import datetime
from typing import Protocol

from charges.errors import AcceptanceLapsed
from charges.models import ChargeStatus
from core import clock


class Accepted(Protocol):
    """What a buyer may have accepted."""

    status: str
    holds_until: datetime | None


def has_lapsed(offer: Accepted) -> bool:
    """Say whether it was accepted and then waited too long for its activation."""
    return (
        offer.status == ChargeStatus.ACCEPTED
        and offer.holds_until is not None
        and clock.now() > offer.holds_until
    )


def check_holding(offer: Accepted) -> None:
    """Raise AcceptanceLapsed if what was accepted can no longer be activated."""
    if has_lapsed(offer):
        raise AcceptanceLapsed(status=str(offer.status))
