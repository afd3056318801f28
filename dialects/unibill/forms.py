"""Declared forms: what the types of UniBill's documentation accept, quoted or native.

A form is a serializer of these fields under UniBill's names, with ours as `source`. Limits that the
business knows are in the services.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from charges.models import MAX_AMOUNT_MINOR
from core.card_numbers import hides_card_number
from core.errors import InvalidField
from core.texts import check_display
from dialects.bodies import NotAnInteger
from dialects.unibill.parsers import Value
from gateway.cards import Secret

MAX_LONG = 2**63 - 1
MAX_DIGITS = 10**19 - 1  # The longest that INTEGER matches.
DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
MAX_OFFSET = 2**31 - 1
INTEGER = re.compile(r"-?[0-9]{1,19}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
FLAGS = {"true": True, "1": True, "false": False, "0": False}

# What the forms call some of the services' parameters; of the others, `source` is the name.
SAID_AS: Mapping[str, str] = {
    "amount_minor": "amount",
    "expiry": "accessory",
    "external_id": "code",
    "frequency": "cycle",
    "interval": "cycle",
    "name": "note",
    "payment_option": "option_reference",
    "plan": "plan_reference",
    "price_minor": "amount_minor",
    "reason": "note",
    "routing_number": "accessory",
    "starts_at": "first_billing_on",
}

# The documentation names its patterns without saying what they are. A code must fit into a path, where
# "*" marks a code and "~" an action.
CODE = r"[A-Za-z0-9_][A-Za-z0-9_.:@+-]*"
REFERENCE = rf"\*?{CODE}"
NUMERIC = r"[0-9]+"
ALPHA = r"[A-Za-z]+"


class Field(serializers.Field):
    """A field whose refusals are the rest of a sentence that begins with its name.

    An empty value counts as not sent where the field is not required, except that it empties a text in a
    "modify", which is the one action that takes its form as partial.
    """

    default_error_messages = {"required": "is required"}
    can_be_emptied = False

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Return whether there is nothing to convert, and what counts instead. Raises SkipField."""
        is_emptied = self.can_be_emptied and getattr(self.root, "partial", False)
        is_nothing = data == "" and not self.required and not is_emptied
        answer: tuple[bool, Any] = super().validate_empty_values(serializers.empty if is_nothing else data)
        return answer


class StrictIntegerField(Field):
    """An integer, such as 19, "19" or -1; not 19.0."""

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_LONG, **options: Any) -> None:
        super().__init__(**options)
        self.min_value, self.max_value = min_value, max_value

    def to_internal_value(self, data: object) -> int:
        """Return the integer. Raises ValidationError."""
        if isinstance(data, bool) or not INTEGER.fullmatch(str(data)):
            raise serializers.ValidationError("must be an integer")
        value = int(str(data))
        if not self.min_value <= value <= self.max_value:
            raise serializers.ValidationError(f"must be between {self.min_value} and {self.max_value}")
        return value


class LengthField(StrictIntegerField):
    """How many payments. The limits depend on the cycle: the service that takes it refuses and names them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=-MAX_DIGITS, max_value=MAX_DIGITS, **options)


class CentsField(StrictIntegerField):
    """An amount in cents."""

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_AMOUNT_MINOR, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)


class StrictFlagField(Field):
    """A boolean: true, false, 1 or 0."""

    def to_internal_value(self, data: object) -> bool:
        """Return the boolean. Raises ValidationError."""
        if isinstance(data, bool):
            return data
        if str(data) not in FLAGS:
            raise serializers.ValidationError("must be true or false")
        return FLAGS[str(data)]


class StrictDateField(Field):
    """A day as yyyy-MM-dd, of a century where one can still reckon with it."""

    def to_internal_value(self, data: object) -> date:
        """Return the day. Raises ValidationError."""
        day = _read_date(data)
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            raise serializers.ValidationError(
                f"must be a date as yyyy-MM-dd, from {FIRST_DAY.year} to {LAST_DAY.year}"
            )
        return day


class StrictTextField(Field):
    """A string of limited length, optionally of a pattern; never one that hides a card number.

    A JSON integer is taken as its digits.
    """

    is_code = False
    can_be_emptied = True

    def __init__(self, max_length: int, *, pattern: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.max_length, self.pattern = max_length, pattern

    def to_internal_value(self, data: object) -> str:
        """Return the text. Raises ValidationError."""
        text = self.read(data)
        if hides_card_number(text, in_groups=not self.is_code):
            raise serializers.ValidationError("looks like a card number, which does not belong here")
        try:
            check_display(self.field_name or "", text)
        except InvalidField as refusal:
            raise serializers.ValidationError(str(refusal)) from None
        return text

    def read(self, data: object) -> str:
        """Return the text if its length and letters are right. Raises ValidationError."""
        if isinstance(data, bool | NotAnInteger):
            raise serializers.ValidationError("must be text")
        text = str(data)
        if len(text) > self.max_length:
            raise serializers.ValidationError(f"must not have more than {self.max_length} characters")
        if self.required and not text.strip():
            raise serializers.ValidationError("must not be empty")
        if self.pattern and text and not re.fullmatch(self.pattern, text):
            raise serializers.ValidationError("contains characters that do not belong there")
        return text


class CodeField(StrictTextField):
    """An identifier from the caller's own system."""

    is_code = True
    can_be_emptied = False

    def __init__(self, **options: Any) -> None:
        super().__init__(60, pattern=CODE, **options)


class ReferenceField(StrictTextField):
    """Which object is meant: its id, its code, or its code after a star (see dialects.unibill.references)."""

    is_code = True
    can_be_emptied = False

    def __init__(self, **options: Any) -> None:
        super().__init__(61, pattern=REFERENCE, **options)


class SecretField(StrictTextField):
    """A card or bank account number, a security code: nothing here may print or keep it."""

    can_be_emptied = False

    def to_internal_value(self, data: object) -> Secret:  # type: ignore[override]
        """Return the text, wrapped. Raises ValidationError."""
        return Secret(self.read(data))


class WordField(Field):
    """One of the letters that UniBill has for something, and what we call it."""

    def __init__(self, words: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def to_internal_value(self, data: object) -> Any:
        """Return our word. Raises ValidationError."""
        if str(data) not in self.words:
            raise serializers.ValidationError(f"must be one of {', '.join(self.words)}")
        return self.words[str(data)]


class UnsupportedField(Field):
    """Something that is not done here: only nothing is accepted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, write_only=True, **options)

    def to_internal_value(self, data: object) -> None:
        """Return nothing. Raises ValidationError."""
        if str(data) != "0":
            raise serializers.ValidationError("is not supported here")


class PageForm(serializers.Serializer):
    """Which part of a list is wanted."""

    offset = StrictIntegerField(default=0, max_value=MAX_OFFSET)
    limit = StrictIntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)


def drop_secrets(form: serializers.Serializer, said: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a client said without what nothing may keep."""
    secret = {name for name, field in form.fields.items() if isinstance(field, SecretField)}
    return {name: value for name, value in said.items() if name not in secret}


def translate_field(form: type[serializers.Serializer] | None, name: str) -> str:
    """Return what UniBill calls a parameter of a service, the name itself if the form does not know it."""
    fields = form().fields.items() if form else ()
    known = {field.source: wire for wire, field in fields}
    return known.get(name) or known.get(SAID_AS.get(name, name), name)


def _read_date(data: object) -> date | None:
    try:
        return date.fromisoformat(str(data)) if DATE.fullmatch(str(data)) else None
    except ValueError:
        return None
