"""The protocol of payment gateways and the types of their answers.

A gateway call has three outcomes: yes, no, and unknown. A gateway answers yes and no; everything
else is an exception, and only `NotSent` proves that nothing happened.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
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

    def fingerprint(self, key: bytes) -> str:
        """Return a keyed hash (HMAC-SHA-256, hexadecimal) by which the same value is known again."""
        return hmac.digest(key, self._value.encode(), "sha256").hex()

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


class Verdict(StrEnum):
    """A gateway's answer about one key."""

    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says about one key; amount and key are its echo of ours, in minor units (cents)."""

    verdict: Verdict
    key: str
    reference: str = ""
    money: Money | None = None
    code: str = ""
    hard: bool = False
    message: str = field(default="", compare=False)


SOURCE = "source:"
CUSTOMER = "customer:"


class Gateway(Protocol):
    """A payment processor. Keys are deterministic: the same key never moves money twice within `key_ttl`.

    A token is what `tokenize` returned, or SOURCE with the processor's own name of a card or bank account, or
    CUSTOMER with its name of a customer, whose default card or account is then meant.
    """

    name: str
    livemode: bool
    key_ttl_seconds: int

    def charge(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """Take money from the holder of the token. Raises GatewayError when the outcome is unknown."""

    def payout(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """Send money to the holder of the token. Raises GatewayError when the outcome is unknown."""

    def refund(self, *, key: str, money: Money, reference: str) -> Answer:
        """Give back (part of) the capture with this gateway reference. Raises GatewayError."""

    def lookup(self, *, key: str) -> Answer:
        """Say what became of a key. NOT_FOUND is no proof that it will not happen yet."""

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

    def acting_for(self, credential: Secret) -> "Gateway":
        """Return the gateway that works on the account of a merchant with this credential."""
