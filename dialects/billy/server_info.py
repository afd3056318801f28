"""The server description at `/`."""

import subprocess
from contextlib import suppress
from datetime import datetime
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from charges.models import Charge
from dialects.billy.rendering import show_instant
from dialects.billy.views import answer


def server_info(request: HttpRequest) -> HttpResponse:
    """Answer with Billy's keys which server this is and when money last moved, or was to.

    Nobody has to have a key for this, so which code runs is told where the operator wants it only.
    """
    return answer(
        {
            "server": "Marketplace billing",
            "powered_by": "Marketplace billing",
            "revision": read_revision() if settings.SHOW_REVISION else None,
            "last_transaction_created_at": show_instant(find_newest()),
        }
    )


@cache
def read_revision() -> str:
    """Return the commit that runs, or the version where there is no git; asked for once in a process."""
    if (settings.BASE_DIR / ".git").exists():
        command = ["git", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
        with suppress(OSError, subprocess.SubprocessError):
            return subprocess.check_output(command, text=True, timeout=5, stderr=subprocess.DEVNULL).strip()
    return str(settings.SPECTACULAR_SETTINGS["VERSION"])


def find_newest() -> datetime | None:
    """Return when the newest transaction of any company was made (UTC), None before the first."""
    newest = Charge.objects.filter(customer__isnull=False).order_by("-pk")
    return newest.values_list("created_at", flat=True).first()
