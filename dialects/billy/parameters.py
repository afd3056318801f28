"""Reading parameters: query and form together; of a name given more than once, the first value."""

import re
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def read_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of a request; a body that is not a form counts for nothing, as it did in Billy.

    Raises ParseError and SuspiciousOperation for what cannot be read.
    """
    query = ((name, values[0]) for name, values in request.query_params.lists())
    return _take_first([*query, *_read_body(request)])


def _read_body(request: Request) -> Iterable[tuple[str, str]]:
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind not in (FORM, MULTIPART) or not request.body:
        return []
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        raise ParseError("The body is not valid UTF-8.") from None
    return _read_multipart(request) if kind == MULTIPART else _read_form(text)


def _read_form(text: str) -> list[tuple[str, str]]:
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=limit)
    except UnicodeDecodeError:
        raise ParseError("The form is not valid UTF-8.") from None
    except ValueError:
        raise TooManyFieldsSent from None


def _read_multipart(request: Request) -> list[tuple[str, str]]:
    try:
        fields, _ = MultiPartParser(request.META, BytesIO(request.body), [], encoding="utf-8").parse()
    except MultiPartParserError as error:
        raise ParseError(f"The multipart form cannot be read: {error}") from None
    return [(name, values[0]) for name, values in fields.lists()]


def _take_first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if re.search("[\x00\ud800-\udfff]", name + value):
            raise ParseError("Text must not contain NUL characters.")
        parameters.setdefault(name, value)
    return parameters
