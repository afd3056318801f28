"""The time zone in which somebody of the staff reads instants: a choice that their browser keeps."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import get_current_timezone
from unfold.widgets import UnfoldAdminSelectWidget

from core.local_formats import list_zones

A_YEAR = 365 * 86_400
USUAL = "UTC"


class ZoneForm(forms.Form):
    """Which time zone."""

    zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name) for name in [USUAL, *sorted(list_zones())]],
        widget=UnfoldAdminSelectWidget,
        help_text="Of the instants on the pages of the admin in this browser. Days of the books are UTC.",
    )


def read_zone(request: HttpRequest) -> ZoneInfo:
    """Return the zone that this browser has chosen; UTC when it has not, or none that there is."""
    name = request.COOKIES.get(_name_cookie(), "")
    return ZoneInfo(name if name in list_zones() else USUAL)


def choose_zone(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for the zone, or keep it."""
    form = ZoneForm(request.POST if request.method == "POST" else {"zone": read_zone(request).key})
    if request.method != "POST" or not form.is_valid():
        said = {"title": "Time zone", "form": form}
        return TemplateResponse(request, "admin/time_zone.html", {**context, **said})
    response = redirect("admin:index")
    response.set_cookie(
        _name_cookie(),
        form.cleaned_data["zone"],
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def begin_day(day: date) -> datetime:
    """Return the first instant of a day in the reader's time zone, in UTC."""
    return datetime.combine(day, time(), get_current_timezone()).astimezone(UTC)


def _name_cookie() -> str:
    return "__Host-staff-zone" if settings.SESSION_COOKIE_SECURE else "staff-zone"
