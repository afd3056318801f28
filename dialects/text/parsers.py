"""Reading bodies: strict JSON when it says or looks so, form pairs whatever else it says.

Browsers label what is sent as a string text/plain, and some clients label it not at all.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from dialects.bodies import (
    check_text,
    decode_body,
    find_first_byte,
    load_object,
    read_content_type,
    refuse_compression,
    split_pairs,
    take_each_once,
)

MAX_DEPTH = 32


class FormText(str):
    """A value of a form, where numbers and booleans have no type of their own."""


class BodyParser(BaseParser):
    """Reads JSON, multipart and form pairs into a dict with plain names. Raises ParseError (400)."""

    media_type = "*/*"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the fields of the body."""
        request: Request = (parser_context or {})["request"]
        kind, charset = read_content_type(request)
        refuse_compression(request)
        if kind.endswith(("/xml", "+xml")):
            raise UnsupportedMediaType(kind)
        text = decode_body(request.body, charset)
        if kind.endswith(("/json", "+json")):
            return read_json(text)
        if kind == "multipart/form-data":
            return read_multipart(request)
        if find_first_byte(request.body) == b"{" and not kind.startswith("multipart/"):
            return read_json(text)
        return take_each_once(split_pairs(text), _read_text)


def read_json(text: str) -> dict[str, Any]:
    """Return the fields of a JSON object, none for an empty body. Raises ParseError."""
    if not text.strip():
        return {}
    fields = load_object(text)
    _check_json(fields, depth=1)
    return fields


def read_multipart(request: Request) -> dict[str, Any]:
    """Return the fields of a multipart form; files are not fields. Raises ParseError."""
    try:
        fields, _ = MultiPartParser(request.META, BytesIO(request.body), [], encoding="utf-8").parse()
    except MultiPartParserError as error:
        raise ParseError(f"The multipart form cannot be read: {error}") from None
    return take_each_once(((name, value) for name, values in fields.lists() for value in values), _read_text)


def _read_text(value: str) -> FormText:
    return FormText(check_text(value))


def _check_json(value: object, *, depth: int) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ParseError(f"JSON must not be nested deeper than {MAX_DEPTH} levels.")
        for item in value if isinstance(value, list) else (*value, *value.values()):
            _check_json(item, depth=depth + 1)
