"""Checks of free text and of names."""

import unicodedata

from core.card_numbers import hides_card_number
from core.errors import InvalidField
from core.letters import is_visible

UNPRINTABLE = ("Cc", "Cs")
# They turn round what follows: "\u202egnp.exe" reads as "exe.png".
OVERRIDES = frozenset("\u202d\u202e")
FORMATS = "Cf"
MARKS = ("Mn", "Me")
MAX_MARKS = 2
# Ordinary words of these scripts have three marks on a letter, and rarely four; fonts stack them in the line.
MAX_MARKS_WHERE_THEY_STACK = 4
STACKING = (
    (0x0591, 0x06ED),  # Hebrew points, Arabic vowels
    (0x0900, 0x0DFF),  # Devanagari to Sinhala
    (0x0E80, 0x109F),  # Lao, Tibetan, Burmese; Thai, just before, needs two
    (0x1780, 0x17FF),  # Khmer
)


def check_text(field: str, text: str, max_length: int, *, is_code: bool = False) -> str:
    """Return the text in its normal form without outer blanks; it may be empty.

    `is_code`: it is a code or an id, in which a card number is looked for in one piece only. Raises
    InvalidField for this field if it is too long, cannot be shown, spoils what is around it or hides a card
    number.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > max_length:
        raise InvalidField(field, f"must not have more than {max_length} characters")
    if any(unicodedata.category(letter) in UNPRINTABLE for letter in text):
        raise InvalidField(field, "must not contain control characters")
    check_display(field, text)
    refuse_card_number(field, text, is_code=is_code)
    return text


def refuse_card_number(field: str, text: str, *, is_code: bool = False) -> None:
    """Raise InvalidField for this field if a text hides a card number; of a code or id, in one piece only."""
    if hides_card_number(text, in_groups=not is_code):
        raise InvalidField(field, "looks like a card number, which must never be sent here")


def check_display_name(field: str, text: str, max_length: int) -> str:
    """Return a name of something or somebody as `check_text` does; empty it may be, but not invisible.

    Raises InvalidField for this field.
    """
    text = check_text(field, text, max_length)
    if text and not has_visible(text):
        raise InvalidField(field, "must have a character that can be seen")
    return text


def check_display(field: str, text: str) -> None:
    """Raise InvalidField if a text would turn round or paint over what is shown beside it."""
    if not OVERRIDES.isdisjoint(text):
        raise InvalidField(field, "must not contain characters that change the direction of others")
    if _stacks_marks(unicodedata.normalize("NFC", text)):
        raise InvalidField(field, "must not have so many accents on one letter")


def has_visible(text: str) -> bool:
    """Say whether anything of a text can be seen."""
    return any(map(is_visible, text))


def _stacks_marks(text: str) -> bool:
    """Say whether there are too many marks in a row; joiners between them do not start another row."""
    own = general = 0
    for letter in text:
        category = unicodedata.category(letter)
        if category in MARKS:
            stacks = _stacks(letter)
            own, general = own + stacks, general + (not stacks)
        elif category != FORMATS:
            own = general = 0
        if general > MAX_MARKS or own + general > MAX_MARKS_WHERE_THEY_STACK:
            return True
    return False


def _stacks(mark: str) -> bool:
    return any(first <= ord(mark) <= last for first, last in STACKING)
