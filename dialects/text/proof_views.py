"""The signed roots of the ledger's days, and the keys that signed them: for everybody, without a token."""

import re
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import InvalidField
from dialects.text.errors import TextViewSet
from dialects.text.pagination import read_once
from dialects.text.proof_schema import describe_day_roots, describe_signing_keys
from dialects.text.rendering import render_instant
from dialects.text.statement_views import link_to
from ledger.day_trees.prove import describe_day
from ledger.day_trees.reading import PublicKey, list_closed_days, list_signing_keys

PAGE = 100
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The same for everybody; a new day, or a key that was replaced, is seen some minutes later.
PUBLIC = {"Cache-Control": "public, max-age=300"}


@extend_schema_view(**describe_day_roots())
class DayRootViewSet(TextViewSet):
    """Roots say nothing of what was posted, nor how much of it."""

    def list(self, request: Request) -> Response:
        """List the roots of closed days, the newest first, from before a day on."""
        found = list_closed_days(before=read_day(read_once(request.GET, "before")), limit=PAGE + 1)
        shown, headers = found[:PAGE], {**PUBLIC}
        if len(found) > PAGE:
            headers["Link"] = link_to(request, before=str(shown[-1].day))
        return Response({"result": [describe_day(tree) for tree in shown]}, headers=headers)


@extend_schema_view(**describe_signing_keys())
class SigningKeyViewSet(TextViewSet):
    """Public halves only; those that were replaced stay."""

    def list(self, request: Request) -> Response:
        """List all keys that have ever signed, the newest first."""
        return Response({"result": [render_key(key) for key in list_signing_keys()]}, headers=PUBLIC)


def render_key(key: PublicKey) -> dict[str, Any]:
    """Return the public half of a key."""
    return {
        "public_key": key.public_key,
        "created_at": render_instant(key.created_at),
        "retired_at": None if key.retired_at is None else render_instant(key.retired_at),
    }


def read_day(text: str | None) -> date | None:
    """Return the day that `before` names. Raises InvalidField."""
    try:
        if text is None:
            return None
        if DAY.fullmatch(text):  # ISO 8601 has other forms, which nothing else here takes.
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidField("before", "must be a day such as 2026-11-30")
