"""The feed of an application's events over HTTP: what a webhook would have told, in order, without gaps."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import InvalidField
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.pagination import read_once
from dialects.text.webhook_schema import MOST_EVENTS, describe_events
from events.reading import START, Position, read_end, read_events
from webhooks.bodies import render_event

LATEST = "latest"
CURSOR = re.compile(r"([0-9]{1,18})-([0-9a-f]{32})")
LIMIT = re.compile(r"[0-9]{1,3}")


class OwnApplicationViewSet(TextViewSet):
    """What an application hears, for the organisation that owns it."""

    authentication_classes = [BearerAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only the owner of the application in. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_own_application()


@extend_schema_view(**describe_events())
class EventViewSet(OwnApplicationViewSet):
    """Events of the application."""

    def list(self, request: Request) -> Response:
        """List the events behind a cursor, the oldest first."""
        after, limit = read_cursor(request.GET), read_limit(request.GET)
        events = read_events(get_caller(request).app.id, after=after, limit=limit + 1)
        shown = events[:limit]
        end = Position(shown[-1].xact, shown[-1].pk) if shown else after
        headers = {}
        if len(events) > limit:
            query = urlencode({"after": write_cursor(end), "limit": limit})
            headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query}>; rel="next"'
        body = {"result": [render_event(event) for event in shown], "cursor": write_cursor(end)}
        return Response(body, headers=headers)


def read_cursor(query: QueryDict) -> Position:
    """Return the position that `after` asks for, the beginning without it. Raises InvalidField."""
    text = read_once(query, "after")
    if text is None:
        return START
    if text == LATEST:
        return read_end()
    match = CURSOR.fullmatch(text)
    if match is None:
        raise InvalidField("after", f"must be the cursor of an earlier answer, or {LATEST}")
    return Position(int(match[1]), UUID(match[2]))


def write_cursor(position: Position) -> str:
    """Return a position as clients keep it."""
    return f"{position.xact}-{position.event_id.hex}"


def read_limit(query: QueryDict) -> int:
    """Return how many are asked for. Raises InvalidField."""
    text = read_once(query, "limit")
    if text is not None and not (LIMIT.fullmatch(text) and 1 <= int(text) <= MOST_EVENTS):
        raise InvalidField("limit", f"must be a number from 1 to {MOST_EVENTS}")
    return MOST_EVENTS if text is None else int(text)
