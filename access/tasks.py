"""Celery tasks: purging what is too old, and mailing links to closed log-ins."""

from celery import shared_task
from django.contrib.sessions.models import Session

from access.idempotency import purge_old_keys
from access.log_in_limits import purge_counters
from access.oauth.access_tokens import purge_expired_tokens
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


@shared_task
def mail_link(name: str) -> None:
    """Mail the link that opens the closed log-in of this name."""
    mail_unlock_link(name=name)
