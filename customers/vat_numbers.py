"""VAT numbers, checked offline by form and check digits. Whether one is in use, only its state knows."""

from collections.abc import Iterator
from typing import Any

from stdnum import get_cc_module

from core.errors import InvalidField
from core.texts import refuse_card_number

# The prefix of Greek numbers is not the code of the country.
PREFIXES = {"GR": "EL"}
# What people leave out at the end of a number, or write before it, and the library does not.
ENDINGS = {"CH": "MWST", "NO": "MVA"}
BEGINNINGS = {"JP": "T"}
MAX_VAT_NUMBER = 20


def check_vat_number(field: str, text: str, *, country: str) -> str:
    """Return a VAT number with the prefix of its country, without blanks; empty for an empty one.

    Raises InvalidField for this field if its check digits are wrong, if it looks like the number of a card,
    or if there is no country to check by.
    """
    compact = "".join(letter for letter in text.upper() if letter.isalnum())
    if not compact:
        return ""
    if not country:
        raise InvalidField(field, "needs a country beside it")
    prefix = PREFIXES.get(country, country)
    module = _find_module(country)
    if module is None:
        return _check_form(field, prefix + compact.removeprefix(prefix))
    for candidate in _list_ways_to_write(compact, country, prefix):
        if module.is_valid(candidate):
            return prefix + str(module.compact(candidate)).removeprefix(prefix)
    raise InvalidField(field, f"is not a VAT number of {country}: its check digits are wrong")


def _list_ways_to_write(compact: str, country: str, prefix: str) -> Iterator[str]:
    for number in (compact, compact.removeprefix(prefix)):
        yield from (number, number.removeprefix(BEGINNINGS.get(country, "")))
        yield number + ENDINGS.get(country, "")


def _find_module(country: str) -> Any:
    module = get_cc_module(country.lower(), "vat")
    return module if module is not None and hasattr(module, "is_valid") else None


def _check_form(field: str, number: str) -> str:
    if not number.isascii() or len(number) > MAX_VAT_NUMBER:
        raise InvalidField(field, f"must have at most {MAX_VAT_NUMBER} letters and digits")
    refuse_card_number(field, number, is_code=True)
    return number
