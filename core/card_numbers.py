"""Card numbers where none belong."""

import re

from core.checksums import is_card_number

DIGITS = re.compile("[0-9]+")
LONG_NUMBER = re.compile(r"[0-9](?:[ -]*[0-9]){12,}")
LONGEST = 19


def hides_card_number(text: str) -> bool:
    """Say whether a text contains what may be a card number: 13 to 19 digits with the right check digit.

    Blanks and dashes may be among them, and other numbers before and after.
    """
    return any(_hides_one(DIGITS.findall(number)) for number in LONG_NUMBER.findall(text))


def _hides_one(groups: list[str]) -> bool:
    """Look at all neighbouring groups; none is cut, or nearly every long number would be suspect."""
    for start in range(len(groups)):
        digits = ""
        for group in groups[start:]:
            digits += group
            if len(digits) > LONGEST:
                break
            if is_card_number(digits):
                return True
    return False
