r"""One line of a table as PostgreSQL's `\copy ... csv header` writes it, read column by column."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from core.billy_guids import read_guid
from core.errors import InvalidField
from core.texts import check_display_name

FLAGS = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}
INTEGER = re.compile(r"-?[0-9]{1,19}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")
SHOWN = 60
# The largest number that PostgreSQL's integer holds.
MAX_INTEGER = 2**31 - 1


class BadRow(Exception):
    """A line cannot be imported; the message says which column is why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table by its columns. Every reader raises BadRow for what it cannot read."""

    number: int
    cells: dict[str, str]

    def is_null(self, column: str) -> bool:
        """Say whether there is no value; a quoted empty text is taken for none too."""
        return self.cells[column] == ""

    def text(self, column: str, *, most: int) -> str:
        """Return a text of 1 to `most` characters."""
        value = self._require(column)
        if "\0" in value or not _is_unicode(value):
            raise self._refuse(column, "is not text in UTF-8 without NUL")
        if len(value) > most:
            raise self._refuse(column, f"is longer than {most} characters")
        return value

    def name(self, column: str, *, most: int) -> str:
        """Return a name of 1 to `most` characters that pages can show."""
        try:
            return check_display_name(column, self.text(column, most=most), most)
        except InvalidField as refusal:
            raise BadRow(f"{column} {refusal}") from None

    def guid(self, column: str, kind: str) -> UUID:
        """Return the public id in a guid."""
        try:
            return read_guid(self._require(column), kind)
        except ValueError:
            raise self._refuse(column, f"is not a guid ({kind} and 128 bits in base 58)") from None

    def integer(self, column: str, *, least: int, most: int = MAX_INTEGER) -> int:
        """Return a number from `least` to `most`."""
        value = self._require(column)
        if not INTEGER.fullmatch(value):
            raise self._refuse(column, "is not a whole number")
        if not least <= int(value) <= most:
            raise self._refuse(column, f"is not between {least} and {most}")
        return int(value)

    def flag(self, column: str) -> bool:
        """Return true or false."""
        try:
            return FLAGS[self._require(column).lower()]
        except KeyError:
            raise self._refuse(column, "is neither t nor f") from None

    def instant(self, column: str) -> datetime:
        """Return an instant, which is written without a zone and in UTC."""
        value = self._require(column)
        try:
            if INSTANT.fullmatch(value):
                return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            pass
        raise self._refuse(column, "is not a time such as 2013-10-02 05:29:43.953987 (UTC, no zone)")

    def word(self, column: str, words: tuple[str, ...]) -> str:
        """Return one of these words; it may be written as its place among them."""
        value = self._require(column).lower()
        if value in words:
            return value
        if re.fullmatch("[0-9]", value) and int(value) < len(words):
            return words[int(value)]
        raise self._refuse(column, f"is not one of {', '.join(words)} or 0 to {len(words) - 1}")

    def _require(self, column: str) -> str:
        if self.is_null(column):
            raise BadRow(f"{column} is missing")
        return self.cells[column]

    def _refuse(self, column: str, problem: str) -> BadRow:
        value = self.cells[column]
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
        return BadRow(f"{column} {shown!r} {problem}")


def _is_unicode(text: str) -> bool:
    """Say whether no byte was beyond UTF-8; the file is read with such bytes as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
