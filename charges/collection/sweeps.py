"""The sweeps over the tables, which are the queue: any number of workers and beats may run them."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta

from django.db import connections

from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.models import Attempt, Charge
from core import clock
from core.per_row import PASSING_ERRORS, run_logged

BATCH = 200
THREADS = 8
PAUSE = timedelta(hours=1)


def collect_due_charges() -> int:
    """Collect up to a batch of due charges, several at once, and return how many were due."""
    return work_on_each(_collect_or_postpone, Charge.objects.due().values_list("pk", flat=True)[:BATCH])


def collect_charges(charge_ids: Iterable[int]) -> None:
    """Collect these charges, several at once."""
    work_on_each(_collect_or_postpone, charge_ids)


def resolve_due_attempts() -> int:
    """Find out about up to a batch of attempts whose outcome is unknown, and return how many there were."""
    return work_on_each(resolve_attempt, Attempt.objects.unresolved().values_list("pk", flat=True)[:BATCH])


def _collect_or_postpone(charge_id: int) -> None:
    try:
        collect_charge(charge_id)
    except PASSING_ERRORS:
        raise
    except Exception:
        # The oldest come first: what cannot be collected would hold up those that can.
        Charge.objects.due().filter(pk=charge_id).order_by().update(collect_at=clock.now() + PAUSE)
        raise


def work_on_each(work: Callable[[int], None], ids: Iterable[int]) -> int:
    """Work on rows, several at once, and return how many there are; the failure of one is logged."""
    todo = deque(ids)
    found = len(todo)
    if todo:
        with ThreadPoolExecutor(min(THREADS, found)) as pool:
            for _ in range(min(THREADS, found)):
                # A context can be entered once, so each thread gets a copy: it carries the rehearsed clock.
                pool.submit(copy_context().run, _drain, work, todo)
    return found


def _drain(work: Callable[[int], None], todo: deque[int]) -> None:
    """Work on rows until none is left; the failure of one, whatever it is, does not stop the others."""
    try:
        while todo:
            with suppress(IndexError):
                run_logged(work, todo.popleft())
    finally:
        connections.close_all()
