"""Forget deliveries that nobody will ask for any more; events are kept."""

from datetime import timedelta

from django.db.models import Q

from core import clock
from webhooks.models import Delivery

KEPT_FOR = timedelta(days=30)
AT_ONCE = 5_000


def purge_old_deliveries() -> int:
    """Remove finished deliveries after 30 days, and those to endpoints that get nothing; return how many."""
    over = Q(delivered_at__isnull=False) | Q(dead_at__isnull=False) | Q(endpoint__deleted_at__isnull=False)
    old = Delivery.objects.filter(over, created_at__lt=clock.now() - KEPT_FOR)
    removed = 0
    while portion := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        removed += len(portion)
        Delivery.objects.filter(pk__in=portion).delete()
    return removed
