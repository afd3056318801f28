"""Forget mails that have ended; those that wait stay until they are sent or given up."""

from datetime import timedelta

from django.conf import settings

from core import clock
from mail.models import Mail

AT_ONCE = 5_000


def purge_old_mails() -> int:
    """Remove mails that ended more than MAIL_KEPT_DAYS ago, and return how many."""
    old = Mail.objects.filter(
        due_at=None, created_at__lt=clock.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    )
    removed = 0
    while portion := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        removed += len(portion)
        Mail.objects.filter(pk__in=portion).delete()
    return removed
