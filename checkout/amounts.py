"""Amounts as the reader writes numbers."""

from django.utils import numberformat
from django.utils.formats import get_format

from core.currencies import find_exponent
from core.money import Money


def format_money(money: Money, *, language: str) -> str:
    """Return an amount with its currency's code, such as "1,234.50 USD", for "de" "1.234,50 USD"."""
    number = numberformat.format(
        money.units,
        decimal_sep=get_format("DECIMAL_SEPARATOR", lang=language),
        decimal_pos=find_exponent(money.currency),
        grouping=get_format("NUMBER_GROUPING", lang=language) or 3,
        thousand_sep=get_format("THOUSAND_SEPARATOR", lang=language),
        force_grouping=True,
    )
    return f"{number}\N{NO-BREAK SPACE}{money.currency}"
