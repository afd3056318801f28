"""Periodic work of operators; a lost or repeated message does no harm."""

from celery import shared_task

from operations import watching


@shared_task
def look() -> None:
    """Look at the invariants that are cheap to check."""
    watching.look()
