"""Mailed links that open a locked log-in for its owner: single use, 30 minutes.

They are sent at once and kept in no queue: a link in a table would open the log-in for whoever reads it, and
one that is lost is asked for again.
"""

from datetime import timedelta

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from access.log_in_limits import open_log_in
from access.log_in_rules import LOCK_AFTER, CounterKind
from access.models import LogInCounter
from core import clock
from core.mail_layout import make_message, write_letter
from customers.models import Account

VALID_FOR = timedelta(minutes=30)
MAILED_EVERY = timedelta(minutes=10)
SALT = "access.unlock_links"

log = structlog.get_logger(__name__)


def request_unlock_link(*, name: str) -> None:
    """Have a link mailed if the name is locked, at most every ten minutes; the same for a name of nobody."""
    now = clock.now()
    locked = LogInCounter.objects.filter(
        Q(link_mailed_at=None) | Q(link_mailed_at__lt=now - MAILED_EVERY),
        kind=CounterKind.NAME,
        subject=name,
        failures__gte=LOCK_AFTER,
    )
    if locked.update(link_mailed_at=now):
        transaction.on_commit(lambda: _queue_mail(name), robust=True)


def mail_unlock_link(*, name: str) -> None:
    """Mail a link to the user of this name, if there is one with an address. A mail that fails is logged."""
    user = User.objects.filter(username=name, is_active=True).exclude(email="").first()
    if user is None:
        return
    link = f"{settings.BASE_URL}{reverse('open_log_in')}?token={make_unlock_token(user)}"
    context = {"action_url": link, "minutes": VALID_FOR.seconds // 60}
    letter = write_letter("mail/open_log_in.html", context, language=_find_language(user))
    try:
        make_message(letter, to=user.email, headers={}).send()
    except OSError as error:
        log.warning("mail with the link to a log-in failed", error=type(error).__name__)


def make_unlock_token(user: User) -> str:
    """Return the token of a link for what is counted now."""
    ends_at = clock.now() + VALID_FOR
    return signing.dumps([user.pk, _read_state(user), ends_at.timestamp()], salt=SALT)


def find_user_of_link(token: str) -> User | None:
    """Return the user that a link is for, None when it is old, used or not ours."""
    try:
        pk, state, ends_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if clock.now().timestamp() > ends_at:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and state and _read_state(user) == state else None


def use_unlock_link(token: str) -> User | None:
    """Open the log-in that a link is for and return its user; None when the link opens nothing any more."""
    user = find_user_of_link(token)
    if user is not None:
        open_log_in(name=user.username)
    return user


def _read_state(user: User) -> str:
    """Return what a link is bound to: the wrong passwords counted so far, and the password."""
    counter = LogInCounter.objects.filter(kind=CounterKind.NAME, subject=user.username, failures__gt=0)
    last_try_at = counter.values_list("last_try_at", flat=True).first()
    if last_try_at is None:
        return ""
    return salted_hmac(SALT, f"{last_try_at.isoformat()} {user.password}", algorithm="sha256").hexdigest()


def _find_language(user: User) -> str:
    chosen = Account.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def _queue_mail(name: str) -> None:
    """Leave the mail to a worker, so that an answer takes as long for a name of nobody."""
    current_app.send_task("access.tasks.mail_link", [name])
