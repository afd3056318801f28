"""Forget old requests."""

from datetime import datetime, timedelta

from django.conf import settings

from core import clock
from request_log.models import LoggedRequest

AT_ONCE = 5_000


def purge_old_requests() -> int:
    """Remove requests older than REQUEST_LOG_DAYS, all where it is 0, and return how many.

    Their order by id is that of time but for a second or so, so the oldest are found without an index of
    their own.
    """
    limit = clock.now() - timedelta(days=settings.REQUEST_LOG_DAYS)
    removed = 0
    while portion := _list_oldest(limit):
        removed += len(portion)
        LoggedRequest.objects.filter(pk__in=portion).delete()
    return removed


def _list_oldest(limit: datetime) -> list[int]:
    oldest = LoggedRequest.objects.order_by("pk").values_list("pk", "created_at")[:AT_ONCE]
    return [pk for pk, created_at in oldest if created_at < limit]
