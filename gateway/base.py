"""The protocol of payment gateways and the types of their answers.

A call that moves money has three outcomes: yes, no, and unknown. A gateway answers yes and no; everything
else is an exception, and only `NotSent` proves that nothing happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.money import Money


class GatewayError(Exception):
    """The gateway gave no definite answer: money may or may not have moved."""


class NotSent(GatewayError):
    """The request provably never reached the gateway."""


class CardRefused(Exception):
    """The gateway does not take this card or bank account; `field` names what is wrong with it.

    The message is shown to who sent the data and says nothing of it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Secret:
    """A card or account number or a security code on its way to the gateway: never printed, pickled, dumped.

    Whoever keeps the clear value in a variable shows it on the error page: ask `passes` instead.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the clear value; only a gateway may ask."""
        return self._value

    def passes(self, check: Callable[[str], object]) -> bool:
        """Say whether the clear value passes a check, which must not raise."""
        return bool(check(self._value))

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never stored")


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the buyer typed it; it lives for one call of `tokenize`."""

    number: Secret
    exp_month: int
    exp_year: int
    security_code: Secret | None = None


@dataclass(frozen=True, slots=True)
class CardToken:
    """What is kept of a card: the gateway's token, brand, last four digits, expiry."""

    token: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account as its holder typed it; it lives for one call of `tokenize_bank_account`.

    The type is "checking" or "savings".
    """

    number: Secret
    routing_number: str
    account_type: str


@dataclass(frozen=True, slots=True)
class BankAccountToken:
    """What is kept of a bank account: the gateway's token and the last four digits."""

    token: str
    last4: str


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
    keeps, None while it is not known; `available_on` (UTC) is when the money can be paid out.
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
    available_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A page of the processor on which a buyer enters a card: its address, and what asks for the result."""

    url: str
    session: str


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


SOURCE = "source:"
CUSTOMER = "customer:"


class Gateway(Protocol):
    """A payment processor. Keys are deterministic: the same key never moves money twice within `key_ttl`."""

    name: str
    livemode: bool
    key_ttl_seconds: int
    # Whether a charge gets its reference from `prepare`, which is committed before `charge` can move money.
    prepares: bool

    def prepare(self, movement: Movement) -> str:
        """Announce a charge, which moves nothing, and return the processor's reference of it.

        Only called where `prepares` is true. Raises GatewayError; then nothing can have moved.
        """

    def charge(self, movement: Movement) -> Answer:
        """Take money from the holder of the token. Raises GatewayError when the outcome is unknown."""

    def payout(self, movement: Movement) -> Answer:
        """Send money to the holder of the token. Raises GatewayError when the outcome is unknown."""

    def refund(self, movement: Movement) -> Answer:
        """Give back (part of) the capture that the token names. Raises GatewayError."""

    def lookup(self, movement: Movement) -> Answer:
        """Say what became of a movement. NOT_FOUND is no proof that it will not happen yet.

        Raises GatewayError.
        """

    def cancel(self, movement: Movement) -> Answer:
        """Make sure that a movement never moves money, and say what became of it.

        VOID: it did not and never will. Any other verdict: it was too late, or cannot be stopped now.
        Raises GatewayError when nothing is known.
        """

    def tokenize(self, card: Card) -> CardToken:
        """Exchange card data for a token. Raises CardRefused or GatewayError; nothing of the card is kept.

        The brand is one of visa, mastercard, amex and discover, or another word of the gateway's.
        """

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """Exchange a bank account for a token. Raises CardRefused or GatewayError; its number is not kept."""

    def create_customer(self, *, key: str) -> str:
        """Open a record of a customer and return the processor's name of it; the same for the same key.

        Raises GatewayError.
        """

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        """Open a page on which a customer of ours enters a card or bank account.

        `customer` is what `create_customer` returned. The processor leads the buyer back to `return_url`, or
        to `cancel_url`. Raises GatewayError.
        """

    def finish_card(self, *, session: str) -> CardToken | None:
        """Return what was entered in a session, None while it is not done. Raises CardRefused, GatewayError."""

    def read_card(self, *, token: str) -> CardToken | None:
        """Return a card as the processor knows it now, None when it cannot be charged any more.

        Raises GatewayError.
        """

    def forget_card(self, *, token: str) -> None:
        """Have the processor never charge a token again; one it does not know is fine. Raises GatewayError."""

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """Return the events of a request that claims to come from the processor. Raises ForgedHint.

        Header names are lower case. Nothing is asked of the processor here.
        """

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """Return a dispute as it is now, None when there is none of this reference. Raises GatewayError."""

    def acting_for(self, credential: Secret) -> "Gateway":
        """Return the gateway that works on the account of a merchant with this credential."""
