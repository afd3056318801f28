"""Card numbers where none belong."""

import re

CARD_LIKE = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")


def hides_card_number(text: str) -> bool:
    """Say whether a text contains what may be a card number: 13 to 19 digits with the right check digit."""
    return any(_passes_luhn(match.group()) for match in CARD_LIKE.finditer(text))


def _passes_luhn(digits: str) -> bool:
    numbers = [int(letter) for letter in reversed(digits) if letter.isdigit()]
    doubled = (n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers))
    return sum(doubled) % 10 == 0
