"""Billy's kinds of parameters, with its words for what is wrong with one."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from core import clock
from dialects.billy.instants import NotAnInstant, explain_past, read_instant
from dialects.billy.records import RecordKind, find_record

INTEGER = re.compile(r"([+-]?)([0-9]+)")
BLANKS = " \t\n\r\f\v"
MAX_DIGITS = 20  # More than any limit has, and what is longer stays as large.
REQUIRED = "This field is required."
NOT_A_CHOICE = "Not a valid choice"
NOT_AN_INTEGER = "Not a valid integer value"


def parse_integer(text: str) -> int | None:
    """Return an integer as Python 2 read one from text, None for anything else."""
    match = INTEGER.fullmatch(text.strip(BLANKS))
    return int(match[1] + (match[2].lstrip("0")[:MAX_DIGITS] or "0")) if match else None


class Field(serializers.Field):
    """A parameter."""


class StrictTextField(Field):
    """Text as it was sent, None when it was not."""

    def __init__(self, *, max_length: int | None = None, required: bool = False) -> None:
        super().__init__(required=required)
        self.max_length = max_length

    def run_validation(self, data: Any = empty) -> str | None:
        """Return the text. Raises ValidationError."""
        if data is empty:
            return None
        if self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(f"Field cannot be longer than {self.max_length} characters.")
        return str(data)


class StrictRequiredTextField(StrictTextField):
    """Text with something in it."""

    def __init__(self, *, max_length: int | None = None) -> None:
        super().__init__(max_length=max_length, required=True)

    def run_validation(self, data: Any = empty) -> str:
        """Return the text. Raises ValidationError."""
        return require(super().run_validation(data))


class StrictNumberField(Field):
    """An integer that may be left out; only blanks are no number either."""

    is_required = False

    def __init__(self, *, minimum: int = 1, maximum: int | None = None, default: int | None = None) -> None:
        super().__init__(required=self.is_required)
        self.minimum, self.maximum, self.fallback = minimum, maximum, default

    def run_validation(self, data: Any = empty) -> int | None:
        """Return the number, the default for none. Raises ValidationError."""
        return self.fallback if data is empty or not data.strip() else self.read(data)

    def read(self, text: str) -> int:
        """Return the number in a text. Raises ValidationError."""
        number = parse_integer(text)
        too_small = f"Number must be at least {self.minimum}."
        if number is None:
            raise serializers.ValidationError([NOT_AN_INTEGER, too_small])
        if number < self.minimum:
            raise serializers.ValidationError(too_small)
        if self.maximum is not None and number > self.maximum:
            raise serializers.ValidationError(f"Number must be at most {self.maximum}.")
        return number


class StrictRequiredNumberField(StrictNumberField):
    """A required integer; like Billy, 0 and non-numeric text count as missing."""

    is_required = True

    def run_validation(self, data: Any = empty) -> int:
        """Return the number. Raises ValidationError."""
        if data is empty or not parse_integer(data):
            raise serializers.ValidationError(REQUIRED)
        return self.read(data)


class PageField(StrictNumberField):
    """A number of a list; an empty one is wrong."""

    def run_validation(self, data: Any = empty) -> int | None:
        """Return the number, the default for none. Raises ValidationError."""
        return self.fallback if data is empty else self.read(data)


class StrictChoiceField(Field):
    """One of some words, written exactly so."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__()
        self.choices = (*choices,)

    def run_validation(self, data: Any = empty) -> str:
        """Return the word. Raises ValidationError."""
        if data is not empty:
            require(data)
        if data not in self.choices:
            raise serializers.ValidationError(NOT_A_CHOICE)
        return str(data)


class PresenceField(Field):
    """A flag that is set by naming it, whatever its value: `0` and nothing at all set it too."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def run_validation(self, data: Any = empty) -> bool:
        """Say whether it was there."""
        return data is not empty


class RecordField(Field):
    """The guid of a record, of any company."""

    def __init__(self, kind: RecordKind) -> None:
        super().__init__()
        self.kind = kind

    def run_validation(self, data: Any = empty) -> Any:
        """Return the record. Raises ValidationError."""
        guid = require(None if data is empty else data)
        record = find_record(self.kind, guid)
        if record is None:
            raise serializers.ValidationError(f"No such {self.kind.name.title()}Model record {guid}")
        return record


class StartField(Field):
    """An instant that is not in the past; None for none."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def run_validation(self, data: Any = empty) -> datetime | None:
        """Return the instant in UTC. Raises ValidationError."""
        if data is empty or not data.strip():
            return None
        try:
            instant = read_instant(data)
        except NotAnInstant as error:
            raise serializers.ValidationError(str(error)) from None
        if instant < clock.now():
            raise serializers.ValidationError(explain_past(instant))
        return instant


def require(text: str | None) -> str:
    """Return a text with something in it. Raises ValidationError."""
    if text is None or not text.strip():
        raise serializers.ValidationError(REQUIRED)
    return text
