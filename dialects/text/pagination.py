"""Twenty rows a page, newest first: by number, or by the cursor that the Link header carries."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import InvalidField

PAGE_SIZE = 20
FILTERS = ("status", "currency", "recurrent_charge_id", "order_client_id")
MAX_PAGE = 10**10 - 1
PAGE_NUMBER = re.compile(r"[0-9]{1,10}")
EVENT_ID = re.compile(r"evt_[0-9a-f]{32}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are asked for: those after an offset, or those before a row; and one more to see the end."""

    offset: int
    before: UUID | None
    limit: int = PAGE_SIZE + 1


def read_page(query: QueryDict, parse: Callable[[str], UUID | None] | None = None) -> Page:
    """Return the page that `page` or `before` ask for; `parse` reads an id. Raises InvalidField."""
    number, before = read_once(query, "page"), read_once(query, "before")
    if number is not None and before is not None:
        raise InvalidField("page", "cannot be combined with before")
    if number is not None and (not PAGE_NUMBER.fullmatch(number) or int(number) == 0):
        raise InvalidField("page", "must be a number from 1 on, of at most 10 digits")
    cursor = None if before is None else (parse or parse_uuid)(before)
    if before is not None and cursor is None:
        raise InvalidField("before", "must be taken from a Link header")
    return Page(offset=(int(number or 1) - 1) * PAGE_SIZE, before=cursor)


def read_once(query: QueryDict, name: str) -> str | None:
    """Return a query parameter, None without it. Raises InvalidField when it is repeated."""
    values = query.getlist(name)
    if len(values) > 1:
        raise InvalidField(name, "is given more than once")
    return values[0] if values else None


def parse_uuid(text: str) -> UUID | None:
    """Return the UUID written in the usual 36 characters, None for anything else."""
    return UUID(text) if UUID_TEXT.fullmatch(text) else None


def parse_event_id(text: str) -> UUID | None:
    """Return the UUID in the id of an event, None for anything else."""
    return UUID(text.removeprefix("evt_")) if EVENT_ID.fullmatch(text) else None


def answer_list(request: Request, items: Sequence[Mapping[str, Any]]) -> Response:
    """Return `{"result": [...]}`, with a Link to the next page when a row beyond this one was found."""
    shown = items[:PAGE_SIZE]
    headers = {}
    if len(items) > PAGE_SIZE:
        kept = [(name, request.GET[name]) for name in FILTERS if name in request.GET]
        query = urlencode([*kept, ("before", shown[-1]["id"])])
        headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query}>; rel="next"'
    return Response({"result": shown}, headers=headers)
