"""The currencies that applications may price in."""

from django.conf import settings

from core.errors import InvalidField


def check_currency(currency: str | None) -> str:
    """Return the currency that an application prices in, the default one without. Raises InvalidField."""
    if currency is None:
        return str(settings.DEFAULT_CURRENCY)
    if currency not in list_currencies():
        raise InvalidField("currency", f"must be one of {', '.join(list_currencies())}")
    return currency


def list_currencies() -> list[str]:
    """Return the currencies that the operator allows, the default one first."""
    return [*dict.fromkeys([settings.DEFAULT_CURRENCY, *settings.CURRENCIES])]
