"""The close of a month: fenced first, then checked and summed up without holding anybody up, then closed.

Once it is fenced nothing is posted into it, so what the checks see is what the figures are made of. A month
whose checks are red is opened again. Each step that is done is kept: whoever dies in between leaves a fenced
month, with which the next run goes on.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from bookkeeping.checks import (
    Check,
    check_differences,
    check_thoroughly,
    list_quick_checks,
    list_thorough_checks,
)
from bookkeeping.closing_steps import Step, claim_step
from bookkeeping.errors import MonthNotReady
from bookkeeping.reconciliation.comparing import ask_about_missing_refunds, compare_lists
from bookkeeping.reconciliation.reading import go_on_reading, list_unfinished, start_readings
from bookkeeping.statements.figures import store_statements
from core import clock
from core.failpoints import failpoint
from ledger.errors import AlreadyClosed
from ledger.models import Month
from ledger.months import fence_month, finish_month, lift_fence, lock_month, open_months, store_figures

# Seconds. A worker is ended after four minutes, or half an hour for the close: one step of it has so long.
AT_ONCE = 60.0
A_DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_to_close(month_id: int, *, actor: str, reason: str) -> Month:
    """Fence a month, after which `close_fenced_months` closes it, and return it.

    Raises MonthNotReady with what is red of the quick checks, and what `fence_month` raises.
    """
    month = lock_month(month_id)
    _require_green(list_quick_checks(month))
    fenced = fence_month(month.pk, actor=actor, reason=reason)
    failpoint("close.fenced")
    return fenced


def close_fenced_months() -> int:
    """Go on with the close of what is fenced, the earliest first, and return how many months were closed.

    Call it outside transactions. Several may do so: one of them closes, the others find it done.
    """
    fenced = Month.objects.filter(fenced_at__isnull=False, closed_at=None).order_by("starts_at")
    return sum(close_month(month) for month in fenced)


def close_month(month: Month) -> bool:
    """Go on with the close of a fenced month for a minute or for one step, and say whether that closed it.

    Each step that is done is kept. A month with a red check is opened again and keeps why. Call it outside
    transactions.
    """
    until = time.monotonic() + AT_ONCE
    while (step := claim_step(month.pk, ALL_STEPS)) is not None:
        if not _take(step, until):
            return False
        if step.name == ALL_STEPS[-1]:
            log.info("month closed", month=str(month))
            return True
        if time.monotonic() >= until:
            break
    return False


def _take(step: Step, until: float) -> bool:
    """Do a step and say whether it is done; a red check opens the month again."""
    try:
        failpoint("close.claimed")
        is_done = STEPS.get(step.name, _check)(step, until)
        if is_done:
            step.finish()
        return is_done
    except MonthNotReady as refusal:
        lift_fence(step.month.pk, trouble=str(refusal))
        log.warning("month cannot be closed", month=str(step.month), why=str(refusal))
        return False
    except AlreadyClosed:
        return False
    finally:
        step.release()


def prepare_months() -> bool:
    """Note the months that are over, read the lists of those that are open, and compare them.

    A list is read once a day until the month is closed. Says whether there is more to read now. Call it
    outside transactions.
    """
    open_months()
    until, is_more = time.monotonic() + AT_ONCE, False
    for month in Month.objects.filter(closed_at=None).order_by("starts_at"):
        start_readings(month, since=max(month.ends_at, clock.now() - A_DAY))
        is_more |= _read_and_compare(month, until)
    return is_more


def read_again(month_id: int, *, since: datetime | None = None) -> bool:
    """Read the processors' lists of a month anew and compare them; say whether there is more to read now.

    With an instant (UTC), what was begun since then goes on. Call it outside transactions.
    """
    month = Month.objects.get(pk=month_id)
    if month.closed_at is not None:
        return False
    start_readings(month, since=since or clock.now())
    return _read_and_compare(month, time.monotonic() + AT_ONCE)


def _read_and_compare(month: Month, until: float) -> bool:
    """Read on, and compare the lists that came to their end and those that differ; say whether there is more.

    Who dies before the comparison leaves a reading that is not compared.
    """
    is_more = go_on_reading(month, until=until)
    is_different = month.differences.filter(settled_at=None).exists()
    if is_different:
        ask_about_missing_refunds(month, until=until)
    if is_different or month.readings.filter(finished_at__isnull=False, is_compared=False).exists():
        compare_lists(month)
    return is_more


def _read_once_more(step: Step, until: float) -> bool:
    """Read the lists after the fence, when nothing of the month moves any more."""
    start_readings(step.month, since=step.fenced_at)
    is_more = _read_and_compare(step.month, until)
    if not is_more and (waiting := list_unfinished(step.month).first()):
        raise MonthNotReady(f"The list of {waiting.gateway} cannot be read: {waiting.trouble}")
    return not is_more


def _look_quickly(step: Step, until: float) -> bool:
    _require_green(list_quick_checks(step.month))
    return True


def _check(step: Step, until: float) -> bool:
    _require_green([check_thoroughly(step.month, step.name)])
    return True


def _finish(step: Step, until: float) -> bool:
    _write_down(step.month.pk)
    return True


def _require_green(checks: list[Check]) -> None:
    if red := [check for check in checks if not check.is_green]:
        raise MonthNotReady(" ".join(f"{check.sentence} {check.found}" for check in red))


def _write_down(month_id: int) -> None:
    with _patiently():
        month = lock_month(month_id)
        if month.fenced_at is None:
            raise MonthNotReady("The month was opened again.")
        _require_green([check_differences(month)])
        store_figures(month)
        store_statements(month)
        finish_month(month)
        failpoint("close.before_commit")


STEPS: Mapping[str, Callable[[Step, float], bool]] = {
    "lists": _read_once_more,
    "quick": _look_quickly,
    "figures": _finish,
}
ALL_STEPS = ("lists", "quick", *list_thorough_checks(), "figures")


@contextmanager
def _patiently() -> Iterator[None]:
    """Open a transaction whose statements may take long: the server's role ends them after two minutes."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield
