"""How long a session of staff lasts: until nobody clicks for a while, and never beyond its day."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest

from access.open_sessions import note_device
from core import clock

IDLE_SECONDS = 15 * 60
MOST_SECONDS = 12 * 3600
LOGGED_IN_AT = "logged_in_at"


def note_begin(request: HttpRequest, **_: Any) -> None:
    """Keep in a session when and where it was begun, by whichever page."""
    request.session[LOGGED_IN_AT] = clock.now().timestamp()
    note_device(request)


def prolong_session(request: HttpRequest) -> None:
    """Let the session of staff go on for 15 minutes, or end it 12 hours after the log-in."""
    ends_at = request.session.get(LOGGED_IN_AT, 0) + MOST_SECONDS
    left = int(ends_at - clock.now().timestamp())
    if left > 0:
        request.session.set_expiry(min(IDLE_SECONDS, left))
    else:
        logout(request)
