"""The page of the own log-in: second factors, recovery codes, and the sessions that are open."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from access.errors import OnlyFactor
from access.open_sessions import end_session, end_sessions, is_current, list_sessions
from access.second_factors.factors import find_wait, has_factor, list_factors, take_passkey_away
from access.second_factors.passkeys import can_have_passkeys
from access.second_factors.recovery import make_codes
from backoffice.audit import note_act
from backoffice.log_in.adding import show_codes
from backoffice.log_in.second_factor import CHECKED_AT, OFF, ask_again, go_on


def show_own_log_in(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show it; or end a session, take a passkey away or make new codes, and show it again."""
    user = cast(User, request.user)
    if request.method == "POST":
        return _act(request, user, context)
    if "next" in request.GET and CHECKED_AT in request.session:
        return go_on(request, otherwise="admin:own_log_in")
    key = request.session.session_key
    said = {
        "title": "Your log-in",
        "factors": list_factors(user),
        "has_factor": has_factor(user.pk),
        "is_asked": settings.STAFF_SECOND_FACTOR != OFF,
        "waits_until": find_wait(user),
        "can_have_passkeys": can_have_passkeys(),
        "next": request.GET.get("next", ""),
        "sessions": [(row, is_current(row, key)) for row in list_sessions(user.pk)],
    }
    return TemplateResponse(request, "admin/log_in/own.html", context | said)


def _act(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """Do what a button says; what concerns second factors is for who has given one lately."""
    if "end" in request.POST:
        return _end(request, user, request.POST["end"])
    if has_factor(user.pk) and (way := ask_again(request)):
        return way
    if "codes" in request.POST and has_factor(user.pk):
        with transaction.atomic():
            new = make_codes(user)
            note_act(user, user, "new recovery codes made")
        return show_codes(request, new, context)
    if request.POST.get("passkey", "").isdecimal():
        _take_away(request, user, request.POST["passkey"][:18])
    return redirect("admin:own_log_in")


def _end(request: HttpRequest, user: User, which: str) -> HttpResponse:
    if which == "others":
        end_sessions(user.pk, but=request.session.session_key)
        note_act(user, user, "ended all own sessions but one")
    elif row := next((row for row in list_sessions(user.pk) if str(row.public_id) == which), None):
        end_session(user.pk, UUID(which))
        note_act(user, user, f"ended an own session: {row.agent or 'unknown browser'}, {row.address}")
    messages.success(request, "Ended.")
    return redirect("admin:own_log_in")


def _take_away(request: HttpRequest, user: User, key: str) -> None:
    """Take a passkey away, unless it is the last second factor: only an administrator takes that."""
    try:
        with transaction.atomic():
            if (taken := take_passkey_away(user, key=int(key))) is None:
                return
            note_act(user, user, f"second factor taken away: passkey {taken}")
    except OnlyFactor as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(request, "The passkey is taken away.")
