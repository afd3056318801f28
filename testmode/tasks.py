"""Hints and the sweep of what is due for test buyers at the instants at which their clocks stand."""

from celery import shared_task
from django.db import transaction

from testmode.due_clocks import run_clock_if_free, run_due_clocks


@shared_task
def run_clock(organization_id: int) -> None:
    """Do what is due for one test buyer now instead of at the next sweep."""
    run_clock_if_free(organization_id)


def hint_clock(organization_id: int) -> None:
    """Have what is due for a test buyer done as soon as the transaction is committed, if there is one.

    The message may be lost: the sweep finds the rows.
    """
    transaction.on_commit(lambda: run_clock.delay(organization_id), robust=True)


@shared_task
def run_due() -> None:
    """Do what is due for test buyers."""
    run_due_clocks()
