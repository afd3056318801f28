"""Periodic work of bookkeeping; a lost or repeated message does no harm."""

from datetime import datetime

from celery import shared_task

from bookkeeping import closing
from bookkeeping.figures import counting
from core import clock


@shared_task
def prepare_months() -> None:
    """Note months that are over, and read the processors' lists of open ones."""
    if closing.prepare_months():
        prepare_months.delay()


@shared_task(time_limit=1800)
def close_months() -> None:
    """Go on with closing the months that are fenced: one step may take half an hour."""
    closing.close_fenced_months()


@shared_task
def read_again(month_id: int, since: str | None = None) -> None:
    """Read the lists of a month again, as somebody asked, or go on with what was begun since an instant."""
    begun = since or clock.now().isoformat()
    if closing.read_again(month_id, since=datetime.fromisoformat(begun)):
        read_again.delay(month_id, begun)


@shared_task
def count_figures() -> None:
    """Add what has happened since to the figures by day."""
    counting.count_figures()
