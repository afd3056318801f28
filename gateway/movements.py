"""What a gateway is asked for, and its answers. Amounts are minor units (cents), times UTC."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.money import Money

SOURCE = "source:"
CUSTOMER = "customer:"


class MovementKind(StrEnum):
    """Which way the money of a movement goes."""

    CHARGE = "charge"
    PAYOUT = "payout"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of money that a gateway is asked for; the same values come with every call about it.

    `key` is made once and never used for anything else. `token` names who pays or is paid: what `tokenize` or
    `finish_card` returned, or SOURCE with the processor's own name of a card or bank account, or CUSTOMER
    with its name of a customer, whose default card or account is then meant; for a refund it is the reference
    of the capture. `reference` is what `prepare` returned, empty where nothing was prepared.

    `return_url` is given while the buyer is present to confirm the payment, and leads them back to us.
    """

    kind: MovementKind
    key: str
    money: Money
    token: str
    sent_at: datetime
    description: str = ""
    reference: str = ""
    return_url: str = ""


class Verdict(StrEnum):
    """A gateway's answer about one movement."""

    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"
    NEEDS_BUYER = "needs_buyer"
    VOID = "void"
    NOT_FOUND = "not_found"


A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says about one movement; amount and key are its echo of ours, in minor units (cents).

    `patience` is how long after `sent_at` an answer that is not final may stay so, before the movement is
    cancelled. `buyer_url` is where a buyer who is present confirms the payment. `fee` is what the processor
    keeps, None while it is not known; with `fee_follows` a later `lookup` will know it. `available_on` (UTC)
    is when the money can be paid out.
    """

    verdict: Verdict
    key: str
    reference: str = ""
    money: Money | None = None
    code: str = ""
    hard: bool = False
    message: str = field(default="", compare=False)
    patience: timedelta = A_DAY
    buyer_url: str = ""
    fee: Money | None = None
    fee_follows: bool = False
    available_on: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One line of a processor's own list of what moved; times are UTC.

    `name` is the line's, `reference` that of the movement as answers have it. Money that went out, or a
    payment that was undone, is negative. `fee` is None where the list does not tell it.
    """

    name: str
    reference: str
    money: Money
    moved_at: datetime
    fee: Money | None = None
