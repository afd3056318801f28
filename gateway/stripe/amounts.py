"""Amounts as Stripe counts them: its smallest unit is not always that of ISO 4217."""

from core.currencies import find_exponent
from core.money import Money

# https://docs.stripe.com/currencies, "zero-decimal currencies" and "special cases".
ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
TWO_DECIMAL = frozenset(("ISK", "UGX"))  # No decimals in ISO 4217; Stripe keeps two, which must be 00.
THREE_DECIMAL = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))  # The last of the three must be 0.


class Unpayable(ValueError):
    """Stripe cannot take this amount; the message says why."""


def to_stripe(money: Money) -> int:
    """Return an amount in Stripe's smallest unit of its currency. Raises Unpayable for a part."""
    shift = _find_shift(money.currency)
    amount, rest = divmod(money.amount_minor * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise Unpayable(f"Stripe takes whole {money.currency} only, and this is {money}.")
    if money.currency in THREE_DECIMAL and amount % 10:
        raise Unpayable(f"Stripe takes two decimals of {money.currency} only, and this is {money}.")
    return amount


def from_stripe(amount: int, currency: str) -> Money | None:
    """Return an amount that Stripe tells, in whole minor units; None for a part of one."""
    code = currency.upper()
    shift = -_find_shift(code)
    minor, rest = divmod(amount * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    return None if rest else Money(minor, code)


def _find_shift(currency: str) -> int:
    """Return how many decimals Stripe keeps beyond those of ISO 4217."""
    exponent = find_exponent(currency)
    if currency in ZERO_DECIMAL:
        return -exponent
    return 2 - exponent if currency in TWO_DECIMAL else 0
