"""What people and programs may write into a field of free text."""

import unicodedata

from core.card_numbers import hides_card_number
from core.errors import InvalidField

UNPRINTABLE = ("Cc", "Cs")


def check_text(field: str, text: str, max_length: int, *, is_code: bool = False) -> str:
    """Return the text in its normal form without outer blanks.

    `is_code`: it is a code or an id, in which a card number is looked for in one piece only. Raises
    InvalidField for this field if it is too long, cannot be shown or hides a card number.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > max_length:
        raise InvalidField(field, f"must not have more than {max_length} characters")
    if any(unicodedata.category(letter) in UNPRINTABLE for letter in text):
        raise InvalidField(field, "must not contain control characters")
    if hides_card_number(text, in_groups=not is_code):
        raise InvalidField(field, "looks like a card number, which must never be sent here")
    return text
