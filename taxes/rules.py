"""Which tax a sale bears, and how an amount is split into net and tax. Pure: no database, no clock.

Rates are basis points (hundredths of a percent: 1900 is 19 %), amounts minor units (cents).
"""

from dataclasses import dataclass
from enum import StrEnum

BASIS = 10_000
EU_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(EU_MEMBERS.split())


class TaxCategory(StrEnum):
    """How a sale is treated: the codes of EN 16931."""

    STANDARD = "S"
    ZERO = "Z"
    REVERSE_CHARGE = "AE"
    OUT_OF_SCOPE = "O"


@dataclass(frozen=True, slots=True)
class Party:
    """What tax depends on: a country (ISO 3166, empty if not known), and whether it has a VAT number."""

    country: str
    has_vat_number: bool = False


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a sale is treated, and whose rate it bears; the country is empty where it bears none."""

    category: TaxCategory
    country: str = ""


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """An amount in cents, divided: net and tax are the total."""

    net_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        """Net and tax."""
        return self.net_minor + self.tax_minor


def treat_sale(*, seller: Party, buyer: Party) -> Treatment:
    """Return how a sale of a digital service is treated.

    A buyer whose country is not known is treated as one of the seller's: tax that is owed is never left out.
    """
    if not seller.country:
        return Treatment(TaxCategory.OUT_OF_SCOPE)
    if buyer.country in ("", seller.country):
        return Treatment(TaxCategory.STANDARD, seller.country)
    if seller.country not in EU or buyer.country not in EU:
        return Treatment(TaxCategory.OUT_OF_SCOPE)
    if buyer.has_vat_number:
        return Treatment(TaxCategory.REVERSE_CHARGE)
    return Treatment(TaxCategory.STANDARD, buyer.country)


def split_tax(total_minor: int, basis_points: int) -> TaxSplit:
    """Split the tax (cents) out of a total that includes it, rounded half up; the total stays as it is."""
    _check(total_minor, basis_points)
    tax = divide_half_up(total_minor * basis_points, BASIS + basis_points)
    return TaxSplit(total_minor - tax, tax)


def add_tax(net_minor: int, basis_points: int) -> TaxSplit:
    """Add the tax (cents) to a net amount, rounded half up."""
    _check(net_minor, basis_points)
    return TaxSplit(net_minor, divide_half_up(net_minor * basis_points, BASIS))


def share_tax(*, amount_minor: int, given_back_minor: int, total_minor: int, tax_minor: int) -> TaxSplit:
    """Split what is given back of an invoice (cents), after `given_back_minor` of it was given back before.

    The shares of all parts add up to the tax exactly: each is the difference of two rounded sums.
    Raises ValueError for more than the total.
    """
    if not 0 < amount_minor <= total_minor - given_back_minor or given_back_minor < 0:
        raise ValueError("what is given back stays within the total")
    before = divide_half_up(tax_minor * given_back_minor, total_minor)
    after = divide_half_up(tax_minor * (given_back_minor + amount_minor), total_minor)
    return TaxSplit(amount_minor - (after - before), after - before)


def divide_half_up(dividend: int, divisor: int) -> int:
    """Return the quotient of two whole numbers that are not negative, rounded half up."""
    return (2 * dividend + divisor) // (2 * divisor)


def round_up(amount_minor: int, *, to: int) -> int:
    """Return the least multiple of a step that is not below an amount (cents)."""
    return -(-amount_minor // to) * to


def write_percent(basis_points: int) -> str:
    """Return a rate as a percentage: "19", "25.5", "8.1"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def _check(amount_minor: int, basis_points: int) -> None:
    if amount_minor < 0 or not 0 <= basis_points <= BASIS:
        raise ValueError("an amount is not negative, a rate 0 to 10,000 basis points")
