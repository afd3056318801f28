"""Reading bodies: strict JSON when it says JSON, form pairs whatever else it says.

Browsers label a form sent as a string text/plain, and some clients label it not at all.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.errors import InvalidField

MAX_DEPTH = 32
MAX_DIGITS = 18
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")
UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


class FormText(str):
    """A value of a form, where numbers and booleans have no type of their own."""


class NotAnInteger(str):
    """A JSON number that we do not take for one: a fraction, an exponent, too many digits."""


class BodyParser(BaseParser):
    """Reads JSON, multipart and form pairs into a dict with plain names. Raises ParseError (400)."""

    media_type = "*/*"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the fields of the body."""
        request: Request = (parser_context or {})["request"]
        kind, charset = read_content_type(request)
        if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
            raise UnsupportedMediaType(kind, "A compressed body is not accepted.")
        if kind.endswith(("/xml", "+xml")):
            raise UnsupportedMediaType(kind)
        text = decode_body(request.body, charset)
        if kind.endswith(("/json", "+json")):
            return read_json(text)
        if kind == "multipart/form-data":
            return read_multipart(request)
        return read_pairs(text)


def read_content_type(request: Request) -> tuple[str, str]:
    """Return the media type and the charset that the request names, in lower case."""
    kind, *parameters = request.META.get("CONTENT_TYPE", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charsets = [value.strip(" \"'") for name, _, value in pairs if name.strip() == "charset"]
    return kind.strip(), charsets[0] if charsets else "utf-8"


def decode_body(body: bytes, charset: str) -> str:
    """Return the body as text. Raises ParseError when it is not UTF-8."""
    if charset not in CHARSETS:
        raise ParseError("The charset must be UTF-8.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("The body is not valid UTF-8.") from None


def read_json(text: str) -> dict[str, Any]:
    """Return the fields of a JSON object, none for an empty body. Raises ParseError."""
    if not text.strip():
        return {}
    try:
        value = json.loads(
            text,
            object_pairs_hook=_read_object,
            parse_int=_read_integer,
            parse_float=NotAnInteger,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise ParseError(f"JSON must not be nested deeper than {MAX_DEPTH} levels.") from None
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise ParseError("The body must be a JSON object.")
    _check_json(value, depth=1)
    return value


def read_pairs(text: str) -> dict[str, Any]:
    """Return the fields of form pairs (application/x-www-form-urlencoded). Raises ParseError."""
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        )
    except UnicodeDecodeError:
        raise ParseError("The form is not valid UTF-8.") from None
    except ValueError:
        raise TooManyFieldsSent from None
    return _take_each_once(pairs, FormText)


def read_multipart(request: Request) -> dict[str, Any]:
    """Return the fields of a multipart form; files are not fields. Raises ParseError."""
    try:
        fields, _ = MultiPartParser(request.META, BytesIO(request.body), [], encoding="utf-8").parse()
    except MultiPartParserError as error:
        raise ParseError(f"The multipart form cannot be read: {error}") from None
    return _take_each_once(((name, value) for name, values in fields.lists() for value in values), FormText)


def _take_each_once(pairs: Iterable[tuple[str, Any]], keep: Callable[[Any], Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        _check_text(name)
        _check_text(value)
        if name in fields:
            raise InvalidField(name[:80], "is given more than once")
        fields[name] = keep(value)
    return fields


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        _check_text(repeated)
        raise InvalidField(repeated[:80], "is given more than once")
    return fields


def _read_integer(digits: str) -> int | NotAnInteger:
    return int(digits) if len(digits) <= MAX_DIGITS else NotAnInteger(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _check_json(value: object, *, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ParseError(f"JSON must not be nested deeper than {MAX_DEPTH} levels.")
        for item in value if isinstance(value, list) else (*value, *value.values()):
            _check_json(item, depth=depth + 1)


def _check_text(text: str) -> None:
    if UNSPEAKABLE.search(text):
        raise ParseError("Text must not contain NUL characters or lone surrogates.")
