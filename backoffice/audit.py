"""Lines of the audit log that no form of the admin writes: log-ins, second factors, sessions, downloads."""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

from core.card_numbers import mask_card_numbers
from core.client_address import read_client_address

LONGEST_NAME = 200  # Of Django's column.
LONGEST_PATH = 500


def note_act(user: User, about: Model, words: str) -> None:
    """Write down that somebody of the staff did something to a row."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about)[:LONGEST_NAME],
        action_flag=CHANGE,
        change_message=words,
    )


def note_log_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Write down that somebody of the staff gave the right password."""
    if user.is_staff:
        note_act(user, user, f"logged in from {_name_place(request)}")


def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Write down that a wrong password was given for somebody of the staff.

    What the limits refuse is not looked at and not written down, so strangers cannot fill the log.
    """
    if request is None or hasattr(request, "log_in_refusal"):
        return
    user = User.objects.filter(username=credentials.get("username"), is_staff=True).first()
    if user is not None:
        note_act(user, user, f"wrong password, given from {_name_place(request)}")


def note_download(user: User, request: HttpRequest, *, name: str) -> None:
    """Write down that somebody of the staff was sent a file, and from which page."""
    LogEntry.objects.create(
        user=user,
        object_repr=name[:LONGEST_NAME],
        action_flag=CHANGE,
        change_message=f"downloaded {name} from {mask_card_numbers(request.get_full_path())[:LONGEST_PATH]}",
    )


def _name_place(request: HttpRequest) -> str:
    return read_client_address(request) or "an unknown address"
