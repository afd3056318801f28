"""The letters that banks in SEPA exchange."""

import re

from text_unidecode import unidecode

OTHERS = re.compile(r"[^A-Za-z0-9/?:().,'+ -]+")


def write_plain(text: str, most: int) -> str:
    """Return a text in the letters of SEPA: `Müller` is `Muller`, what has no such letters is left out."""
    plain = OTHERS.sub(" ", unidecode(text))
    return " ".join(plain.split())[:most].strip()
