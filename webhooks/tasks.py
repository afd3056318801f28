"""Celery tasks of webhooks; they have a queue of their own, so that a slow endpoint delays no payment."""

from celery import shared_task

from webhooks.deliver import deliver_due
from webhooks.purge import purge_old_deliveries


@shared_task
def deliver() -> None:
    """Make deliveries of new events, and send what is due."""
    deliver_due()


@shared_task
def purge() -> None:
    """Forget old deliveries."""
    purge_old_deliveries()
