"""Known devices: a signed cookie says that a browser has logged in before. It opens nothing by itself."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core import clock

KNOWN_FOR = timedelta(days=180)
SALT = "access.known_devices"
DEVICE_BYTES = 12
MOST_NAMES = 5  # Of people who share a browser.


def find_known_device(request: HttpRequest, *, name: str) -> str | None:
    """Return the id of the browser if it has logged in under this user name before."""
    known = _read_cookie(request)
    is_known = clock.now().timestamp() < known["names"].get(name, 0)
    return f"{name} {known['device']}" if is_known else None


def make_known(request: HttpRequest, response: HttpResponseBase, *, user: User) -> None:
    """Let the browser that gets this answer be known as a device of the user, beside others that use it."""
    known = _read_cookie(request)
    ends_at = int((clock.now() + KNOWN_FOR).timestamp())
    newest = sorted((known["names"] | {user.username: ends_at}).items(), key=lambda pair: -pair[1])
    response.set_cookie(
        _cookie_name(request),
        signing.dumps({"device": known["device"], "names": dict(newest[:MOST_NAMES])}, salt=SALT),
        max_age=KNOWN_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _read_cookie(request: HttpRequest) -> dict[str, Any]:
    """Return the id of the browser, and until when it is known for which names."""
    try:
        known: dict[str, Any] = signing.loads(request.COOKIES.get(_cookie_name(request), ""), salt=SALT)
    except signing.BadSignature:
        known = {"device": secrets.token_urlsafe(DEVICE_BYTES), "names": {}}
    return known


def _cookie_name(request: HttpRequest) -> str:
    return "__Host-device" if request.is_secure() else "device"
