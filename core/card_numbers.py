"""Card numbers where none belong, told from other long numbers by issuer, length and spelling."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from core.checksums import is_card_number, is_iban
from core.letters import read_plain

SHORTEST = 14
# The first digits of an issuer's numbers, from and to, and how long its numbers are. Left out is what other
# numbers would be taken for: Visa's 13 digits, no longer issued, are milliseconds of 2096 to 2100; Maestro's
# 12 to 15 are IMEIs and the ids of shops; UnionPay's 17 and 18 are ids of social networks.
ISSUERS = (
    ("4", "4", (16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("6011", "6011", (16, 19)),  # Discover
    ("644", "659", (16, 19)),
    ("300", "305", (14, 16)),  # Diners Club
    ("3095", "3095", (14, 16)),
    ("36", "36", (14, 16)),
    ("38", "39", (14, 16)),
    ("3528", "3589", (16,)),  # JCB
    ("62", "62", (16, 19)),  # UnionPay
    ("5018", "5020", (16, 18, 19)),  # Maestro, Dankort
    ("5038", "5038", (16, 18, 19)),
    ("5893", "5893", (16, 18, 19)),
    ("6304", "6304", (16, 18, 19)),
    ("6759", "6763", (16, 18, 19)),
    ("508", "508", (16,)),  # RuPay
    ("2200", "2204", (16,)),  # Mir
    ("9792", "9792", (16,)),  # Troy
)
# How many digits stand together where a number is written in groups, as on the card.
GROUPINGS = (
    (4, 4, 4, 4),
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 3),
    (4, 4, 4, 2),
    (4, 6, 5),
    (4, 6, 4),
    (6, 13),
)
# The same between all groups of a number.
SEPARATOR = r"(?P<separator>\s{1,3}|\s?[-./_]\s?)"
# No digit stands before or after it, and it is no fraction.
BARE = r"(?<![0-9])(?<![0-9][.,])[0-9]{14,19}(?![0-9])"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HEXADECIMAL = "(?=[0-9]*[a-f])[0-9a-f]{20,}"
NO_CARDS = re.compile(rf"(?<![0-9a-z])(?:{UUID}|{HEXADECIMAL})(?![0-9a-z])", re.IGNORECASE)
IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")


def _spell(grouping: tuple[int, ...]) -> re.Pattern[str]:
    """Return what finds numbers in these groups, overlapping ones too."""
    first, second, *others = (f"[0-9]{{{length}}}" for length in grouping)
    rest = "".join(f"(?P=separator){group}" for group in others)
    return re.compile(rf"(?<![0-9])(?=(?P<number>{first}{SEPARATOR}{second}{rest})(?![0-9]))")


IN_GROUPS = tuple(map(_spell, GROUPINGS))
# Digits of any script, percent-encoded or not.
LONG_NUMBER = re.compile(r"(?:\d|%[0-9A-Fa-f]{2}){14,}")
IN_ONE = re.compile(f"(?P<number>{BARE})")


def hides_card_number(text: str, *, in_groups: bool = True) -> bool:
    """Say whether a text contains what may be a card number: an issuer's digits with the right check digit.

    It is found in one piece and in groups as on a card; where the text is a code or an id, in one piece only.
    """
    plain = read_plain(text)
    if sum(map(str.isdecimal, plain)) < SHORTEST:
        return False
    plain = IBAN.sub(_drop_iban, NO_CARDS.sub("#", plain))
    return any(map(_is_of_an_issuer, _find_numbers(plain, IN_GROUPS if in_groups else ())))


def mask_card_numbers(text: str) -> str:
    """Return a text without its long numbers if it hides a card number: for what cannot be refused."""
    return LONG_NUMBER.sub("#", text) if hides_card_number(unquote(text), in_groups=False) else text


def _find_numbers(plain: str, in_groups: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    for spelling in (IN_ONE, *in_groups):
        for match in spelling.finditer(plain):
            yield re.sub("[^0-9]", "", match["number"])


def _is_of_an_issuer(number: str) -> bool:
    return is_card_number(number) and any(
        first <= number[: len(first)] <= last for first, last, lengths in ISSUERS if len(number) in lengths
    )


def _drop_iban(match: re.Match[str]) -> str:
    """Return what is left of what begins like an IBAN: words may follow that look like more of it."""
    groups = re.split("[ -]", match[0])
    for count in range(len(groups), 0, -1):
        if is_iban("".join(groups[:count])):
            return " ".join(["#", *groups[count:]])
    return match[0]
