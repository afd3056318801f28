"""The close of a month: fenced first, then checked and summed up without holding anybody up, then closed.

Once it is fenced nothing is posted into it, so what the checks see is what the figures are made of. A month
whose checks are red is opened again. Whoever dies in between leaves a fenced month, with which the next run
goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import connection, transaction

from bookkeeping.checks import Check, list_quick_checks, list_thorough_checks
from bookkeeping.errors import MonthNotReady
from bookkeeping.reconciliation.comparing import ask_about_missing_refunds, compare_lists
from bookkeeping.reconciliation.reading import list_gateways, read_lists
from bookkeeping.statements.figures import store_statements
from ledger.errors import AlreadyClosed
from ledger.models import Month
from ledger.months import fence_month, finish_month, lift_fence, lock_month, open_months, store_figures

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_to_close(month_id: int, *, actor: str, reason: str) -> Month:
    """Fence a month, after which `close_fenced_months` closes it, and return it.

    Raises MonthNotReady with what is red of the quick checks, and what `fence_month` raises.
    """
    month = lock_month(month_id)
    _require_green(list_quick_checks(month))
    return fence_month(month.pk, actor=actor, reason=reason)


def close_fenced_months() -> int:
    """Close what is fenced, the earliest first, and return how many months that were.

    Call it outside transactions. Several may do so: one of them closes, the others find it done.
    """
    fenced = Month.objects.filter(fenced_at__isnull=False, closed_at=None).order_by("starts_at")
    return sum(close_month(month) for month in fenced)


def close_month(month: Month) -> bool:
    """Close a fenced month and say whether it was; one with a red check is opened again and keeps why.

    Call it outside transactions.
    """
    try:
        _require_green([*list_quick_checks(month), *list_thorough_checks(month)])
    except MonthNotReady as refusal:
        lift_fence(month.pk, trouble=str(refusal))
        log.warning("month cannot be closed", month=str(month), why=str(refusal))
        return False
    try:
        _write_down(month.pk)
    except AlreadyClosed:
        return False
    log.info("month closed", month=str(month))
    return True


def prepare_months() -> None:
    """Note the months that are over, read the lists of those that are open, and compare them.

    Call it outside transactions.
    """
    open_months()
    for month in Month.objects.filter(closed_at=None).order_by("starts_at"):
        if not _is_read(month):
            read_lists(month)
            compare_lists(month)
        elif month.differences.filter(settled_at=None).exists():
            ask_about_missing_refunds(month)
            compare_lists(month)


def read_again(month_id: int) -> None:
    """Read the processors' lists of a month again and compare them. Call it outside transactions."""
    month = Month.objects.get(pk=month_id)
    if month.closed_at is None:
        read_lists(month)
        ask_about_missing_refunds(month)
        compare_lists(month)


def _is_read(month: Month) -> bool:
    read = month.readings.filter(finished_at__gte=month.ends_at)
    return set(list_gateways()) <= set(read.values_list("gateway", flat=True))


def _require_green(checks: list[Check]) -> None:
    if red := [check for check in checks if not check.is_green]:
        raise MonthNotReady(" ".join(f"{check.sentence} {check.found}" for check in red))


def _write_down(month_id: int) -> None:
    with _patiently():
        month = lock_month(month_id)
        if month.fenced_at is None:
            raise MonthNotReady("The month was opened again.")
        store_figures(month)
        store_statements(month)
        finish_month(month)


@contextmanager
def _patiently() -> Iterator[None]:
    """Open a transaction whose statements may take long: the server's role ends them after two minutes."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield
