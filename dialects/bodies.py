"""Read the bodies of the Text and UniBill dialects: UTF-8, strict JSON, form pairs, no name twice."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from core.errors import InvalidField

MAX_DIGITS = 18
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")
BYTE_ORDER_MARK = "\ufeff"  # Some clients begin with one.
BLANK = " \t\r\n" + BYTE_ORDER_MARK
UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


class NotAnInteger(str):
    """A JSON number that we do not take for one: a fraction, an exponent, too many digits."""


def read_content_type(request: Request | HttpRequest) -> tuple[str, str]:
    """Return the media type and the charset that the request names, in lower case."""
    kind, *parameters = request.META.get("CONTENT_TYPE", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charsets = [value.strip(" \"'") for name, _, value in pairs if name.strip() == "charset"]
    return kind.strip(), charsets[0] if charsets else "utf-8"


def refuse_compression(request: Request) -> None:
    """Raise UnsupportedMediaType (415) for a compressed body."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType(read_content_type(request)[0], "A compressed body is not accepted.")


def find_first_byte(body: bytes) -> bytes:
    """Return the first byte of a body that is no blank and of no byte order mark; nothing of an empty one."""
    return body.lstrip(BLANK.encode())[:1]


def decode_body(body: bytes, charset: str) -> str:
    """Return the body as text, without a byte order mark. Raises ParseError when it is not UTF-8."""
    if charset not in CHARSETS:
        raise ParseError("The charset must be UTF-8.")
    try:
        return body.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise ParseError("The body is not valid UTF-8.") from None


def load_object(text: str) -> dict[str, Any]:
    """Return the JSON object in a text. Raises ParseError, and InvalidField for a name that comes twice."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_read_object,
            parse_int=_read_integer,
            parse_float=NotAnInteger,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise ParseError("JSON must not be nested so deep.") from None
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise ParseError("The body must be a JSON object.")
    return value


def split_pairs(text: str) -> list[tuple[str, str]]:
    """Return the pairs of an URL-encoded form or query. Raises ParseError, TooManyFieldsSent."""
    try:
        return parse_qsl(
            text,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        )
    except UnicodeDecodeError:
        raise ParseError("The form is not valid UTF-8.") from None
    except ValueError:
        raise TooManyFieldsSent from None


def take_each_once(
    pairs: Iterable[tuple[str, Any]], keep: Callable[[Any], Any] = lambda value: value
) -> dict[str, Any]:
    """Return the pairs as a dict. Raises InvalidField for a name that comes twice, ParseError for no text."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        check_text(name)
        if name in fields:
            raise InvalidField(name[:80], "is given more than once")
        fields[name] = keep(value)
    return fields


def check_text(text: str) -> str:
    """Return the text. Raises ParseError for what a database or another program cannot take."""
    if UNSPEAKABLE.search(text):
        raise ParseError("Text must not contain NUL characters or lone surrogates.")
    return text


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else take_each_once(pairs)


def _read_integer(digits: str) -> int | NotAnInteger:
    return int(digits) if len(digits) <= MAX_DIGITS else NotAnInteger(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
