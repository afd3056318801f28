"""Hints: a lost, late or repeated message does no harm, because the tables are the queue."""

from celery import shared_task

from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.processor.card_tries import purge_card_tries


@shared_task
def collect(charge_id: int) -> None:
    """Collect one charge now instead of at the next sweep."""
    collect_charge(charge_id)


@shared_task
def collect_due() -> None:
    """Collect what is due."""
    collect_due_charges()


@shared_task
def resolve_due() -> None:
    """Ask the gateways about attempts without an answer."""
    resolve_due_attempts()


@shared_task
def purge() -> None:
    """Forget tries of cards that count no more."""
    purge_card_tries()
