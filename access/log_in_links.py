"""Mailed links to log in by or to set a new password: single use, 15 and 30 minutes.

A link is bound to the password and the latest log-in as they are when it is made, so that using it, or
logging in otherwise, ends it. They are kept nowhere (see `access.unlock_links`). Staff have none: they log
in at the admin.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac

from access.link_limits import may_mail_link
from access.log_in_limits import open_log_in
from access.oauth.access_tokens import lock_account
from access.own_passwords import change_password
from access.security_mails import mail_to
from core import clock


class Purpose(StrEnum):
    """What a link is for."""

    LOG_IN = "log_in"
    RESET = "reset"


class Link(NamedTuple):
    """A link that works: whose it is, and the path where its owner was about to go."""

    user: User
    next_path: str


VALID_FOR = {Purpose.LOG_IN: timedelta(minutes=15), Purpose.RESET: timedelta(minutes=30)}
TEMPLATES = {Purpose.LOG_IN: "mail/log_in_link.html", Purpose.RESET: "mail/reset_password.html"}
PAGES = {Purpose.LOG_IN: "log_in_by_link", Purpose.RESET: "reset_password"}
SALT = "access.log_in_links"
LONGEST_PATH = 1_000


def request_link(purpose: Purpose, *, name: str, address: str, next_path: str = "") -> None:
    """Have a link mailed, within the limits; nothing tells whether there is such a log-in.

    Raises TooManyFailures for an address that asks too often.
    """
    if may_mail_link(name=name, address=address):
        said = [str(purpose), name, next_path[:LONGEST_PATH]]
        transaction.on_commit(
            lambda: current_app.send_task("access.tasks.mail_access_link", said), robust=True
        )


def mail_link(purpose: Purpose, *, name: str, next_path: str = "") -> None:
    """Mail a link to the account of this name, if there is one."""
    user = _find_users().filter(username=name).first()
    if user is None:
        return
    token = make_token(purpose, user, next_path=next_path)
    link = f"{settings.BASE_URL}{reverse(PAGES[purpose])}?token={token}"
    mail_to(user, TEMPLATES[purpose], action_url=link, minutes=VALID_FOR[purpose].seconds // 60)


def make_token(purpose: Purpose, user: User, *, next_path: str = "") -> str:
    """Return the token of a link."""
    ends_at = clock.now() + VALID_FOR[purpose]
    said = [user.pk, _read_state(purpose, user), ends_at.timestamp(), next_path]
    return signing.dumps(said, salt=f"{SALT}.{purpose}", compress=True)


def find_link(purpose: Purpose, token: str, *, lock: bool = False) -> Link | None:
    """Return what a token stands for, None when it is old, used or not ours."""
    try:
        pk, state, ends_at, next_path = signing.loads(token, salt=f"{SALT}.{purpose}")
    except (signing.BadSignature, ValueError):
        return None
    if clock.now().timestamp() > ends_at:
        return None
    users = _find_users()
    if lock:  # The account first, as everywhere: whoever removes a member locks it before the user.
        lock_account(pk)
        users = users.select_for_update(of=("self",), no_key=True)
    user = users.filter(pk=pk).first()
    works = user is not None and _read_state(purpose, user) == state
    return Link(user, next_path) if user is not None and works else None


@transaction.atomic
def use_log_in_link(token: str) -> Link | None:
    """Use up a link to log in by and return it; None when it works no more. Of two at once, one gets it."""
    link = find_link(Purpose.LOG_IN, token, lock=True)
    if link is not None:
        link.user.last_login = clock.now()
        link.user.save(update_fields=["last_login"])
        open_log_in(name=link.user.username)
    return link


@transaction.atomic
def use_reset_link(token: str, *, password: str) -> Link | None:
    """Set a password that was checked before, and return the link; None when it works no more.

    What was granted under the old password ends, and so do all sessions.
    """
    link = find_link(Purpose.RESET, token, lock=True)
    if link is not None:
        change_password(link.user, password=password)
        open_log_in(name=link.user.username)
    return link


def _find_users() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=False, account__isnull=False).exclude(email="")


def _read_state(purpose: Purpose, user: User) -> str:
    latest = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(f"{SALT}.{purpose}", f"{latest} {user.password}", algorithm="sha256").hexdigest()
