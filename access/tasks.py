"""Celery tasks: purging what is too old, and mails about log-ins."""

from celery import shared_task
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from access import log_in_links
from access.idempotency import purge_old_keys
from access.log_in_limits import purge_counters
from access.member_invitations import mail_to_billing
from access.oauth.access_tokens import purge_expired_tokens
from access.open_sessions import purge_open_sessions
from access.second_factors.mails import mail_of_factors
from access.security_mails import mail_to
from access.sign_ups import purge_sign_ups
from access.unlock_links import mail_unlock_link
from core import clock


@shared_task
def purge() -> None:
    """Forget what is too old to be asked for; a lost or repeated message does no harm."""
    purge_old_keys()
    purge_expired_tokens()
    purge_counters()
    purge_sign_ups()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    purge_open_sessions()


@shared_task
def mail_link(name: str) -> None:
    """Mail the link that opens the closed log-in of this name."""
    mail_unlock_link(name=name)


@shared_task
def mail_access_link(purpose: str, name: str, next_path: str) -> None:
    """Mail a link to log in by, or to set a new password."""
    log_in_links.mail_link(log_in_links.Purpose(purpose), name=name, next_path=next_path)


@shared_task
def mail_member_invitation(invitation_id: int) -> None:
    """Mail the link by which a colleague joins."""
    mail_to_billing(invitation_id)


@shared_task
def mail_password_changed(user_id: int) -> None:
    """Tell somebody that their password was changed."""
    mail_to(User.objects.get(pk=user_id), "mail/password_changed.html")


@shared_task
def mail_factor_changed(user_id: int, change: str) -> None:
    """Tell somebody, and those who administer staff, that a second factor was added or taken away."""
    mail_of_factors(user_id, change)
