"""Hints and sweeps of renewal; the table is the queue."""

import time

from celery import shared_task

from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.renewal.renew import renew_due

BUDGET_SECONDS = 60.0


@shared_task
def renew() -> None:
    """Renew what is due, batch after batch, for about a minute; the next sweep goes on."""
    deadline = time.monotonic() + BUDGET_SECONDS
    while renew_due() and time.monotonic() < deadline:
        pass


@shared_task
def end_due() -> None:
    """End what was to end by now, batch after batch."""
    while end_due_subscriptions():
        pass
