"""Periodic work of bookkeeping; a lost or repeated message does no harm."""

from celery import shared_task

from bookkeeping import closing
from bookkeeping.figures import counting


@shared_task
def prepare_months() -> None:
    """Note months that are over, and read the processors' lists of open ones."""
    closing.prepare_months()


@shared_task
def close_months() -> None:
    """Close the months that are fenced."""
    closing.close_fenced_months()


@shared_task
def read_again(month_id: int) -> None:
    """Read the lists of a month again, as somebody asked."""
    closing.read_again(month_id)


@shared_task
def count_figures() -> None:
    """Add what has happened since to the figures by day."""
    counting.count_figures()
