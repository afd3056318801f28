"""The open sessions of a person: seeing them, and ending one or all others."""

import re
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from access.models import OpenSession
from access.models.open_sessions import LONGEST_AGENT, OpenSessionQuerySet
from access.sessions import DEVICE, hash_key
from core.card_numbers import mask_card_numbers
from core.client_address import read_client_address

MOST_SHOWN = 50
UNREADABLE = re.compile(r"[^\x20-\x7e]")


def note_device(request: HttpRequest) -> None:
    """Keep in the session of somebody who has just logged in from where that was."""
    agent = UNREADABLE.sub("", request.headers.get("User-Agent", ""))
    request.session[DEVICE] = {
        "agent": mask_card_numbers(agent)[:LONGEST_AGENT],
        "address": read_client_address(request),
    }


def list_sessions(user_id: int) -> list[OpenSession]:
    """Return the sessions of a person that are open, newest first, at most 50."""
    return list(OpenSession.objects.filter(user_id=user_id).live()[:MOST_SHOWN])


def is_current(row: OpenSession, session_key: str | None) -> bool:
    """Say whether a row is that of the session with this key."""
    return session_key is not None and row.session_key == hash_key(session_key)


def end_session(user_id: int, public_id: UUID) -> None:
    """End one session of a person; one that has ended, or is somebody else's, is no fault."""
    _end(OpenSession.objects.filter(user_id=user_id, public_id=public_id))


def end_sessions(user_id: int, *, but: str | None = None) -> None:
    """End all sessions of a person, but the one with this key."""
    rows = OpenSession.objects.filter(user_id=user_id)
    _end(rows.exclude(session_key=hash_key(but)) if but else rows)


def purge_open_sessions() -> None:
    """Forget sessions that are gone."""
    OpenSession.objects.orphaned().delete()


@transaction.atomic
def _end(rows: OpenSessionQuerySet) -> None:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(session_key__in=keys).delete()
