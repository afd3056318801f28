"""What processors tell us of their own accord: hints of events, and disputes. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.money import Money


class Subject(StrEnum):
    """What an event of a processor is about."""

    MOVEMENT = "movement"
    DISPUTE = "dispute"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Hint:
    """One event that a processor tells us of: nothing is believed of it but that it is time to ask.

    `reference` is the processor's reference of a charge, refund, payout or dispute, or the token of a card.
    """

    event_id: str
    subject: Subject
    reference: str


class ForgedHint(Exception):
    """What came is not signed by the processor, or too old."""


class DisputeStatus(StrEnum):
    """Where a dispute stands at the processor."""

    OPENED = "opened"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """A capture that the payer's bank took back: its reference and that of the capture, amount and fee.

    The processor took `money` when it was opened and gives it back when it is won; `fee` is what it keeps
    in the present status. `evidence_due_by` is UTC.
    """

    reference: str
    capture: str
    status: DisputeStatus
    money: Money
    fee: Money
    reason: str = ""
    evidence_due_by: datetime | None = None
