"""What a text in the search box may mean: an id or its beginning, an amount, a day, four digits."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from backoffice.reader_zone import begin_day
from backoffice.search.lists import EVENT, read_uuid
from core.currencies import EXPONENTS

MAX_TERM = 200
SHORTEST_ID = 4  # Hexadecimal digits: in ids of one instant the first eight are alike.
HEX = re.compile("[0-9a-f-]+")
AMOUNT = re.compile(r"(?P<before>\D{0,4}?)(?P<digits>\d[\d., ']*)\s?(?P<after>\D{0,4})")
MAX_DIGITS = 15
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LAST_FOUR = re.compile(r"(?:\D*)(\d{4})")


class IdRange(NamedTuple):
    """The first and the last id that begin with what was typed."""

    first: uuid.UUID
    last: uuid.UUID


class Wanted(NamedTuple):
    """An amount in the smallest unit of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Term:
    """What was typed, and what it may mean."""

    text: str
    ids: IdRange | None
    amounts: tuple[Wanted, ...]
    day: date | None
    last_four: str

    @property
    def instants(self) -> tuple[datetime, datetime] | None:
        """The first instants of the day and of the next in the reader's time zone, in UTC."""
        return (begin_day(self.day), begin_day(self.day + timedelta(days=1))) if self.day else None


def read_term(text: str) -> Term:
    """Return what a text may mean; anything is a term."""
    text = text.strip()[:MAX_TERM]
    last_four = LAST_FOUR.fullmatch(text)
    return Term(
        text=text,
        ids=read_ids(text),
        amounts=tuple(dict.fromkeys(read_amounts(text))),
        day=read_day(text),
        last_four=last_four[1] if last_four and text.isascii() else "",
    )


def read_ids(text: str) -> IdRange | None:
    """Return the ids that a text names or begins; None when it is none.

    An event's may stand behind "evt_", and a charge's behind a word and a colon, as ledgers write it.
    """
    if whole := read_uuid(text.removeprefix(EVENT)):
        return IdRange(whole, whole)
    begun = text.lower().removeprefix(EVENT).rpartition(":")[2]
    digits = begun.replace("-", "")
    if not HEX.fullmatch(begun) or not SHORTEST_ID <= len(digits) <= 32:
        return None
    return IdRange(uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f")))


def read_amounts(text: str) -> Iterator[Wanted]:
    """Yield the amounts that a text may be, with a currency or a sign beside it: 9.00, 9,00, $9, 900 cents.

    A number without decimals is taken for units and for the smallest ones, since ledgers show both.
    """
    found = AMOUNT.fullmatch(text)
    if not found or (not text.isascii() and not {"€", "£", "¥"} & set(text)):
        return
    number = _read_number(found["digits"].strip())
    if number is None:
        return
    beside = {found["before"].strip().upper(), found["after"].strip().upper()} & EXPONENTS.keys()
    decimals = -int(number.as_tuple().exponent)
    for currency, exponent in EXPONENTS.items():
        if (beside and currency not in beside) or decimals > exponent:
            continue
        yield Wanted(int(number.scaleb(exponent)), currency)
        if not decimals:
            yield Wanted(int(number), currency)


def read_day(text: str) -> date | None:
    """Return the day in a text such as 2026-11-12."""
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and 1900 < day.year < 9999 else None


def _read_number(digits: str) -> Decimal | None:
    """Return a number whose last separator is that of decimals, unless three digits follow a comma."""
    plain = re.sub("[ ']", "", digits)
    whole, separator, rest = re.fullmatch(r"(.*?)(?:([.,])(\d*))?", plain).groups()  # type: ignore[union-attr]
    if (separator == "," and len(rest) == 3) or (separator == "." and "." in whole):
        whole, rest = whole + rest, ""
    whole = re.sub("[.,]", "", whole or "")
    if not whole.isdigit() or len(whole + (rest or "")) > MAX_DIGITS:
        return None
    try:
        return Decimal(f"{whole}.{rest}" if rest else whole)
    except InvalidOperation:
        return None
