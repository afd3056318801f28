"""Amounts as the reader writes numbers."""

from decimal import Decimal

from django.utils import numberformat
from django.utils.formats import get_format

from core.money import Money


def format_money(money: Money, *, language: str) -> str:
    """Return cents as units with the currency code, such as "1,234.50 USD" or, for "de", "1.234,50 USD"."""
    number = numberformat.format(
        Decimal(money.amount_minor).scaleb(-2),
        decimal_sep=get_format("DECIMAL_SEPARATOR", lang=language),
        decimal_pos=2,
        grouping=get_format("NUMBER_GROUPING", lang=language) or 3,
        thousand_sep=get_format("THOUSAND_SEPARATOR", lang=language),
        force_grouping=True,
    )
    return f"{number}\N{NO-BREAK SPACE}{money.currency}"
