"""Hints: a lost, late or repeated message does no harm, because the tables are the queue."""

from celery import shared_task

from charges.collection.confirm import stop_awaiting
from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.processor.card_upkeep import follow_expiring_cards, forget_removed_cards


@shared_task
def collect(charge_id: int) -> None:
    """Collect one charge now instead of at the next sweep."""
    collect_charge(charge_id)


@shared_task
def replace_awaiting(charge_id: int) -> None:
    """Let another card pay what waits for the payer to confirm."""
    stop_awaiting(charge_id)
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
def forget_cards() -> None:
    """Have the processors drop the cards that were removed."""
    forget_removed_cards()


@shared_task
def follow_cards() -> None:
    """Ask the processors which expiring cards were renewed."""
    follow_expiring_cards()
