"""Where somebody is logged in, and ending one or all other sessions."""

from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.models import OpenSession
from access.open_sessions import end_session, end_sessions, is_current, list_sessions
from checkout.device_words import name_device
from checkout.own_account import for_account
from checkout.see_other import SeeOther
from customers.models import Account


class DeviceLine(NamedTuple):
    """A session as its owner sees it."""

    session: OpenSession
    device: str
    is_this: bool


@for_account
@require_safe
def devices_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the open sessions, newest first."""
    key = request.session.session_key
    lines = [
        DeviceLine(row, name_device(row.agent), is_current(row, key))
        for row in list_sessions(account.user_id)
    ]
    return render(request, "checkout/devices.html", {"account": account, "lines": lines})


@for_account
@require_POST
def end_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """End one session; the reader's own is ended by logging out."""
    end_session(account.user_id, public_id)
    return SeeOther(reverse("devices"))


@for_account
@require_POST
def end_others_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """End all sessions but this one."""
    end_sessions(account.user_id, but=request.session.session_key)
    return SeeOther(reverse("devices"))
