"""Hints and the sweep of what is due for test buyers at the instants at which their clocks stand."""

from celery import shared_task

from testmode.due_clocks import run_clock_if_free, run_due_clocks


@shared_task
def run_clock(organization_id: int) -> None:
    """Do what is due for one test buyer now instead of at the next sweep."""
    run_clock_if_free(organization_id)


@shared_task
def run_due() -> None:
    """Do what is due for test buyers."""
    run_due_clocks()
