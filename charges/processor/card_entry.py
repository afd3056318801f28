"""Card entry at the processor: opening its page for a buyer, and asking what was entered there."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

import structlog
from django.conf import settings

from charges.consent import Decider
from charges.errors import ConsentNotYours, ProcessorUnavailable
from charges.processor.buyer_records import provide_record
from charges.requests.limits import add_to_query
from core import clock
from core.ids import new_public_id
from customers.errors import (
    BillingRoleMissing,
    CardEntryNotFound,
    CardEntryOver,
    CardEntryRefused,
    CardIsTheSellers,
    CardNotEntered,
    TooManyCardEntries,
)
from customers.models import CardEntrySession, TestBuyer
from gateway.cards import BankAccountToken, CardRefused, CardToken
from gateway.registry import choose_gateway, get_gateway, require_no_transaction

# Who tries stolen cards at a processor begins entry after entry.
OPEN_ENTRIES = 20
OPEN_ENTRIES_PER = timedelta(hours=1)

log = structlog.get_logger(__name__)
Said = TypeVar("Said")


class BegunEntry(NamedTuple):
    """A page of the processor that waits for a card, and our id of it."""

    id: UUID
    url: str


def begin_card_entry(
    *, decider: Decider, return_url: str, cancel_url: str, return_path: str = ""
) -> BegunEntry:
    """Open a page of the processor on which the decider enters a card for their organisation.

    The processor leads back to `return_url`, to which `session` is added, our id of the entry, or to
    `cancel_url`. Call it outside of transactions. Raises ConsentNotYours, BillingRoleMissing,
    CardIsTheSellers for a test buyer, TooManyCardEntries, ProcessorUnavailable.
    """
    check_card_holder(decider)
    _refuse_test_buyer(decider.organization_id)
    _refuse_too_many(decider.organization_id)
    name, public_id = choose_gateway(livemode=True), new_public_id()
    gateway = get_gateway(name)
    begun = _ask_processor(
        lambda: gateway.begin_card(
            customer=provide_record(decider.organization_id, gateway=name),
            currency=settings.DEFAULT_CURRENCY,
            return_url=add_to_query(return_url, session=str(public_id)),
            cancel_url=cancel_url,
        )
    )
    CardEntrySession.objects.create(
        public_id=public_id,
        account_id=decider.account_id,
        organization_id=decider.organization_id,
        gateway=name,
        session=begun.session,
        return_path=return_path,
    )
    return BegunEntry(public_id, begun.url)


def check_card_holder(decider: Decider) -> None:
    """Raise ConsentNotYours or BillingRoleMissing unless they may choose their organisation's cards."""
    if not decider.first_party:
        raise ConsentNotYours
    if not decider.has_billing_role:
        raise BillingRoleMissing


def find_card_entry(public_id: UUID, *, decider: Decider) -> CardEntrySession:
    """Return the decider's own entry. Raises CardEntryNotFound, also for that of a colleague."""
    mine = CardEntrySession.objects.filter(
        account_id=decider.account_id, organization_id=decider.organization_id
    )
    entry = mine.select_related("payment_option").filter(public_id=public_id).first()
    if entry is None:
        raise CardEntryNotFound
    return entry


def read_entered_card(entry: CardEntrySession) -> CardToken | BankAccountToken:
    """Return the card or bank account that was entered in a session; call it outside of transactions.

    Raises CardNotEntered, CardEntryRefused, ProcessorUnavailable.
    """
    gateway = get_gateway(entry.gateway)
    card = _ask_processor(lambda: gateway.finish_card(session=entry.session))
    if card is None:
        raise CardNotEntered
    return card


def _refuse_test_buyer(organization_id: int) -> None:
    """Raise CardIsTheSellers for who may have no card at a processor that moves money."""
    if TestBuyer.objects.filter(pk=organization_id).exists():
        raise CardIsTheSellers


def _refuse_too_many(organization_id: int) -> None:
    since = clock.now() - OPEN_ENTRIES_PER
    begun = CardEntrySession.objects.filter(organization_id=organization_id, created_at__gt=since)
    if begun.filter(finished_at=None).count() >= OPEN_ENTRIES:
        raise TooManyCardEntries


def _ask_processor(ask: Callable[[], Said]) -> Said:
    require_no_transaction()
    try:
        return ask()
    except CardRefused as refusal:
        raise (CardEntryOver if refusal.field == "session" else CardEntryRefused) from None
    except Exception:
        log.warning("the processor does not answer about a card", exc_info=True)
        raise ProcessorUnavailable from None
