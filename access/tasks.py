"""Periodic work of customers."""

from celery import shared_task

from access.idempotency import purge_old_keys
from access.oauth.access_tokens import purge_expired_tokens


@shared_task
def purge() -> None:
    """Forget what is too old to be asked for; a lost or repeated message does no harm."""
    purge_old_keys()
    purge_expired_tokens()
