"""Visible characters, and invisible ones between them."""

import unicodedata

# Letters and signs by category that show nothing: fillers, the empty braille cell, reserved places.
BLANK = frozenset(
    "\u115f\u1160\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFFF0, 0xFFF9)))
    + "".join(map(chr, range(0xE0000, 0xE1000)))
)
# Unassigned ones ("Cn") count as visible: they may be emoji that are younger than this Python.
INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs", "Mc", "Me", "Mn")


def is_visible(letter: str) -> bool:
    """Say whether a character shows something by itself: no blank, mark, format or control character."""
    return letter not in BLANK and unicodedata.category(letter) not in INVISIBLE


def read_plain(text: str) -> str:
    """Return a text as a reader takes it: digits of all scripts in ASCII, one kind of blank and dash.

    What shows nothing between two others is left out.
    """
    if text.isascii():
        return text
    return "".join(map(_read_letter, unicodedata.normalize("NFKC", text)))


def _read_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if letter.isspace() or letter == "\u2800":
        return " "
    if category == "Pd" or letter == "\N{MINUS SIGN}":
        return "-"
    return letter if is_visible(letter) else ""
