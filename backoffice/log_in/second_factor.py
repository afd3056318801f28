"""When somebody of the staff is asked for a second factor: after the password, and anew before some acts."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from access.open_sessions import end_sessions
from access.second_factors.factors import find_wait, has_factor
from core import clock

OFF, MONEY, ALL = "off", "money", "all"  # Of the setting STAFF_SECOND_FACTOR.
HAS, CHECKED_AT = "has_second_factor", "second_factor_at"
CHECK_PAGE, OWN_PAGE = "admin:second_factor", "admin:own_log_in"
# Pages for who still owes the second factor, and for who has none where everybody needs one.
OPEN_TO_ALL = {"logout", "jsi18n"}
OPEN_TO_CHECK = {"second_factor"}
OPEN_TO_ADD = {"own_log_in", "add_app", "add_passkey"}


def note_factors(request: HttpRequest, user: User, **_: Any) -> None:
    """Keep in the session of somebody who logs in whether a second factor is owed."""
    if user.is_staff:
        request.session[HAS] = has_factor(user.pk)


def find_detour(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return where somebody has to go before any other page, if anywhere."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if page in OPEN_TO_ALL or CHECKED_AT in request.session or not request.user.is_authenticated:
        return None
    if HAS not in request.session:  # It began as that of somebody who was not of the staff.
        request.session[HAS] = has_factor(request.user.pk)
    if request.session[HAS]:
        return None if page in OPEN_TO_CHECK else _send(request, CHECK_PAGE)
    if settings.STAFF_SECOND_FACTOR == ALL and page not in OPEN_TO_ADD:
        messages.warning(request, "Add a second factor first: here everybody of the staff has one.")
        return _send(request, OWN_PAGE)
    return None


def ask_anew(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return where to give the second factor before an act that needs one; None when that was lately.

    Who has none has to add one first, unless the setting asks nobody; who has a new one has to wait.
    """
    user, asks_nobody = cast(User, request.user), settings.STAFF_SECOND_FACTOR == OFF
    if not has_factor(user.pk):
        if asks_nobody:
            return None
        messages.warning(request, "This needs a second factor. Add one, then go on.")
        return _send(request, OWN_PAGE)
    if not asks_nobody and (until := find_wait(user)):
        messages.warning(request, f"Your second factor is new: you can do this from {until:%H:%M} UTC on.")
        return HttpResponseRedirect(reverse(OWN_PAGE))
    return ask_again(request)


def ask_again(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return where to give the second factor that somebody has, before a change to it; None after that."""
    checked_at = request.session.get(CHECKED_AT, 0)
    oldest = clock.now() - timedelta(minutes=settings.STAFF_SECOND_FACTOR_MINUTES)
    return None if checked_at >= oldest.timestamp() else _send(request, CHECK_PAGE)


def note_checked(request: HttpRequest) -> None:
    """Keep in the session, under a new key, that the second factor was right just now."""
    request.session.cycle_key()
    request.session[HAS] = True
    request.session[CHECKED_AT] = clock.now().timestamp()


def note_added(request: HttpRequest) -> None:
    """Go on with a new second factor; sessions that were open without it end."""
    note_checked(request)
    end_sessions(cast(User, request.user).pk, but=request.session.session_key)


def go_on(request: HttpRequest, *, otherwise: str) -> HttpResponseRedirect:
    """Go to the page of the admin that somebody wanted: a path, which leads to no other site."""
    wanted = request.GET.get("next", "")
    is_page = wanted.startswith(reverse("admin:index"))
    return HttpResponseRedirect(wanted if is_page else reverse(otherwise))


def _send(request: HttpRequest, page: str) -> HttpResponseRedirect:
    wanted = request.get_full_path()
    return HttpResponseRedirect(reverse(page, query={"next": wanted}))
