"""Months of a filled marketplace, closed as its finance staff would have, but for the checks."""

from django.db import transaction

from bookkeeping.statements.figures import store_statements
from ledger.models import Month
from ledger.months import fence_month, finish_month, open_months, store_figures


def close_months() -> None:
    """Close every month that is over."""
    open_months()
    for month_id in Month.objects.order_by("starts_at").values_list("pk", flat=True):
        with transaction.atomic():
            month = fence_month(month_id, actor="bench", reason="")
            store_figures(month)
            store_statements(month)
            finish_month(month)
