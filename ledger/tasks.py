"""Periodic work of the ledger."""

from celery import shared_task

from ledger.balances import roll_up_balances
from ledger.day_trees import close
from ledger.entry_sums import sum_up_entries


@shared_task
def roll_up() -> None:
    """Advance the balance snapshots; a lost or repeated message does no harm."""
    roll_up_balances()


@shared_task
def close_days() -> None:
    """Go on with closing the trees of days that are over; a lost or repeated message does no harm."""
    close.close_days()


@shared_task
def sum_up() -> None:
    """Sum up entries by account and day; a lost or repeated message does no harm."""
    sum_up_entries()
