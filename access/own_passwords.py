"""Changing one's own password: the old one is checked as at a log-in, the new one is told by mail."""

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction

from access.log_in_limits import check_password_of
from access.oauth.access_tokens import lock_account


def check_own_password(user: User, password: str, *, address: str, known_as: str | None) -> None:
    """Check the password of somebody who is logged in, within the limits of wrong passwords.

    Raises NotAuthenticated, TooManyFailures.
    """
    check_password_of(
        name=user.username,
        address=address,
        known_as=known_as,
        verify=lambda: user if user.check_password(password) else None,
    )


@transaction.atomic
def change_password(user: User, *, password: str) -> None:
    """Set a password that was checked before; tokens, codes and sessions end, and the person is mailed."""
    lock_account(user.pk)  # Before the user, as who removes a member does.
    user.set_password(password)
    user.save(update_fields=["password"])
    transaction.on_commit(
        lambda: current_app.send_task("access.tasks.mail_password_changed", [user.pk]), robust=True
    )
