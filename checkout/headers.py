"""Security headers of the hosted pages: content policy, framing, caching."""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TypeVar

from csp.constants import HEADER, NONE, SELF
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FRAME_DESTINATIONS = {"iframe", "frame", "embed", "object", "fencedframe"}
OWN_SUBMISSIONS = {None, "same-origin", "none"}
PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")

View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer", bound=HttpResponseBase)


def protect(
    response: Answer,
    *,
    forms_to: Iterable[str] = (),
    framed_by: Iterable[str] = (),
    runs_scripts: bool = False,
) -> Answer:
    """Set the headers of one of our pages and return it.

    `forms_to` are foreign origins that a form may lead to: Chromium applies form-action to the redirects that
    follow a form, too. `framed_by` are the origins that may frame the page. What is not a plain origin is
    left out. `runs_scripts` lets scripts of our own run. The policy is written here and not by the middleware
    because a refusal of an outer middleware (a wrong Host) never comes by there.
    """
    framers = keep_plain_origins(framed_by)
    response.headers[HEADER] = build_policy(
        {
            "default-src": [NONE],
            "style-src": [SELF],
            "img-src": [SELF],
            **({"script-src": [SELF]} if runs_scripts else {}),
            "form-action": [SELF, *keep_plain_origins(forms_to)],
            "base-uri": [NONE],
            "frame-ancestors": framers or [NONE],
        }
    )
    if not framers:
        response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def protected(view: View) -> View:
    """Give every answer of a view the headers of our pages, unless it has set its own."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        return response if HEADER in response.headers else protect(response)

    return wrapped


def keep_plain_origins(origins: Iterable[str]) -> list[str]:
    """Keep what can stand in a policy: no wildcard, no second directive, no IPv6 address."""
    return sorted({origin for origin in origins if PLAIN_ORIGIN.fullmatch(origin)})


def is_framed(request: HttpRequest) -> bool:
    """Say whether the browser wants the answer for the inside of another page."""
    return request.headers.get("Sec-Fetch-Dest") in FRAME_DESTINATIONS


def is_own_submission(request: HttpRequest) -> bool:
    """Say whether the browser says, or is too old to say, that the form came from our own page."""
    return request.headers.get("Sec-Fetch-Site") in OWN_SUBMISSIONS


def is_prefetch(request: HttpRequest) -> bool:
    """Say whether the browser loads the page ahead, before anybody has asked to see it."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    return purpose.startswith("prefetch")
