"""Celery task of the request log."""

from celery import shared_task

from request_log.purge import purge_old_requests


@shared_task
def purge() -> None:
    """Forget old requests."""
    purge_old_requests()
