"""Recording that a buyer was shown the page on which it decides."""

from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from charges.models import PageShown

log = structlog.get_logger(__name__)


def record_page_shown(*, object_id: UUID, account_id: int) -> None:
    """Record that an account was shown the page of a charge or subscription; only the first time counts.

    Where that cannot be written it is only logged: the page is shown all the same.
    """
    shown = PageShown(object_id=object_id, account_id=account_id)
    try:
        if PageShown.objects.filter(object_id=object_id, account_id=account_id).exists():
            return
        with transaction.atomic():
            PageShown.objects.bulk_create([shown], ignore_conflicts=True)
    except DatabaseError:
        log.warning("it is not recorded that a page was shown", object_id=str(object_id), exc_info=True)
