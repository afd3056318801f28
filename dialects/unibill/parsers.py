"""Parsers of request bodies: JSON, XML or form pairs become one flat dict."""

from collections.abc import Container
from enum import Enum
from typing import Any, cast

from django.http import HttpRequest
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from core.errors import InvalidField
from dialects.bodies import (
    BLANK,
    decode_body,
    find_first_byte,
    load_object,
    read_content_type,
    refuse_compression,
    split_pairs,
    take_each_once,
)
from dialects.unibill.xml import NOT_IN_XML, read_element

Value = str | int | bool  # A JSON number that is no integer is a NotAnInteger, which is a str.


class BodyFormat(Enum):
    """How a body is written."""

    JSON = "json"
    XML = "xml"
    PAIRS = "xurl"


LOOKS_LIKE = {b"{": BodyFormat.JSON, b"[": BodyFormat.JSON, b"<": BodyFormat.XML}


def read_fields(request: Request, element: str, known: Container[str]) -> dict[str, Value]:
    """Return what the query and the body say; where both name a field, the body counts.

    `element` is the name of the XML element that is expected, `known` are the fields that are looked at: an
    array or object in another one is left out. Raises ParseError, InvalidField, UnsupportedMediaType,
    TooManyFieldsSent.
    """
    query = request.META.get("QUERY_STRING", "").encode("latin-1").decode()
    said = take_each_once(split_pairs(query)) | _read_body(request, element)
    given = {name: value for name, value in said.items() if value is not None}
    return {name: _check(name, value) for name, value in given.items() if name in known or _is_single(value)}


def find_body_format(request: Request | HttpRequest, body: bytes) -> BodyFormat:
    """Return how the body is written: as its type says, or, for any other type, as it begins.

    A pair cannot begin with a bracket, and clients that send a string often do not say what it is.
    """
    kind = read_content_type(request)[0]
    if kind.endswith(("/json", "+json")):
        return BodyFormat.JSON
    if kind.endswith(("/xml", "+xml")):
        return BodyFormat.XML
    return LOOKS_LIKE.get(find_first_byte(body), BodyFormat.PAIRS)


def _read_body(request: Request, element: str) -> dict[str, Any]:
    kind, charset = read_content_type(request)
    refuse_compression(request)
    if kind.startswith("multipart/"):
        raise UnsupportedMediaType(kind)
    text = decode_body(request.body, charset).strip(BLANK)
    if not text:
        return {}
    written = find_body_format(request, request.body)
    if written is BodyFormat.JSON:
        return load_object(text)
    if written is BodyFormat.XML:
        return read_element(text, element)
    return take_each_once(split_pairs(text))


def _is_single(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _check(name: str, value: Any) -> Value:
    """Return a value that any format can carry. Raises ParseError, InvalidField."""
    if NOT_IN_XML.search(name):
        raise ParseError("A name must not contain control characters.")
    if not _is_single(value):
        raise InvalidField(name[:80], "must be a single value")
    if isinstance(value, str) and NOT_IN_XML.search(value):
        raise InvalidField(name[:80], "must not contain control characters")
    return cast(Value, value)
