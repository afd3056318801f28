"""Money in whole minor units (cents, or whatever is smallest in its currency).

No floats, and no rounding: what is rounded once is the commission (`core.commission`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from core.currencies import find_exponent

MAX_MINOR = 99_999_999_00
MOST_DIGITS = 40  # Each digit that an exponent such as 1e999999999 stands for would be written out.


class MixedCurrencies(ValueError):
    """Amounts of two currencies cannot be put together."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents) of one currency; it may be negative."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError("amount_minor must be an int")

    @classmethod
    def from_units(cls, units: Decimal, currency: str) -> Self:
        """Return an amount given in units of its currency.

        Raises ValueError for too many digits or decimals.
        """
        exponent = units.as_tuple().exponent
        if isinstance(exponent, int) and abs(exponent) > MOST_DIGITS:
            raise ValueError(f"more than {MOST_DIGITS} digits")
        numerator, denominator = units.as_integer_ratio()
        minor, rest = divmod(numerator * 10 ** find_exponent(currency), denominator)
        if rest:
            raise ValueError(f"{currency} has {find_exponent(currency)} decimals")
        return cls(minor, currency)

    def __add__(self, other: Self) -> "Money":
        self._require_same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._require_same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        return f"{self.units:,f} {self.currency}"

    @property
    def units(self) -> Decimal:
        """The amount in units of its currency, with all its decimals: 5.00 for 500 cents, 500 for 500 yen."""
        return Decimal(f"{self.amount_minor}e-{find_exponent(self.currency)}")

    def _require_same_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency}")
