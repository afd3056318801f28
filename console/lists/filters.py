"""The fields above a list that say what it shows, read from the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone

from core.errors import InvalidField
from core.texts import check_text

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. One of type "choice" is a list of choices, and left out where there are none."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    type: str = "text"


def make_choice(query: QueryDict, name: str, label: str, choices: Iterable[tuple[str, str]]) -> Field:
    """Return a field with "All" and these choices."""
    return Field(name, label, query.get(name, ""), (("", "All"), *choices), type="choice")


def make_days(query: QueryDict) -> list[Field]:
    """Return the fields of the first and the last day."""
    return [
        Field("since", "From", query.get("since", ""), type="date"),
        Field("until", "To", query.get("until", ""), type="date"),
    ]


def read_choice(field: Field) -> str:
    """Return what is chosen, empty for all. Raises InvalidField."""
    if field.value not in dict(field.choices):
        raise InvalidField(field.label, "is none of those that can be chosen")
    return field.value


def read_text(field: Field) -> str:
    """Return what is looked for. Raises InvalidField."""
    return check_text(field.label, field.value, LONGEST)


def read_days(query: QueryDict) -> tuple[datetime | None, datetime | None]:
    """Return the instant (UTC) from which and the one before which rows are shown. Raises InvalidField.

    Days are those of the reader's time zone; the last one is shown as well.
    """
    return _read_day(query, "since", "From"), _read_day(query, "until", "To", later=timedelta(days=1))


def read_instant(text: str, label: str) -> datetime:
    """Return an instant that was typed in the reader's time zone. Raises InvalidField."""
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.year < 1970:
        raise InvalidField(label, "must be a day and a time such as 2027-01-31T12:00")
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=get_current_timezone())


def _read_day(query: QueryDict, name: str, label: str, *, later: timedelta = timedelta()) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
        if day is None or not 1970 <= day.year <= 9998:
            raise ValueError(text)
    except ValueError:
        raise InvalidField(label, "must be a day such as 2027-01-31") from None
    return datetime.combine(day + later, time(), tzinfo=get_current_timezone())
