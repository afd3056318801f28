"""Hints: a lost, late or repeated message does no harm, because the tables are the queue."""

from celery import shared_task

from charges.collection.confirm import stop_awaiting
from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from charges.fees.sweep import learn_due_fees
from charges.hints.sweep import act_on_waiting_events, forget_old_events
from charges.processor.card_tries import purge_card_tries
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


@shared_task
def act_on_hints() -> None:
    """Ask the processors about what they have told us of."""
    act_on_waiting_events()


@shared_task
def forget_hints() -> None:
    """Forget events that nobody will ask for any more."""
    forget_old_events()


@shared_task
def find_disputes() -> None:
    """Ask the processors for new disputes, and about those that are open."""
    ask_for_disputes()
    ask_about_open_disputes()


@shared_task
def learn_fees() -> None:
    """Ask the processors for fees that were not known when the money moved."""
    learn_due_fees()


@shared_task
def purge() -> None:
    """Forget tries of cards that count no more."""
    purge_card_tries()
