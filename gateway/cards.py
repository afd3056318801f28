"""Cards and bank accounts on their way to a processor, and what is kept of them."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A page of the processor on which a buyer enters a card: its address, and what asks for the result."""

    url: str
    session: str
