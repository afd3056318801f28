"""Count the tries of cards, and refuse what looks like card testing before the processor is asked.

The rules are in `charges.processor.card_testing`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from charges.errors import TooManyCards
from charges.models.card_tries import CardTesting, CardTry, TrySubject
from charges.processor.card_testing import WINDOW, Refusal, find_refusal, has_paid, mark_paid
from core import clock
from core.client_address import group_address
from customers.models import Customer, PaymentOption
from gateway.base import NotSent
from gateway.cards import CardRefused

SERIES_ENDS_AFTER = timedelta(days=1)
TESTING_KEPT = timedelta(days=30)
PURGED_AT_ONCE = 10_000
# One try of a caller, address, customer or card is looked at after the other.
LOCK = f"SELECT {', '.join(['pg_advisory_xact_lock(hashtextextended(%s, 0))'] * len(TrySubject))}"
RECORD_REFUSAL = """
INSERT INTO charges_cardtesting AS old
    (kind, subject, caller, tries, cards, declines, refusals, since, last_refused_at)
VALUES (%(kind)s, %(subject)s, %(caller)s, %(tries)s, %(cards)s, %(declines)s, 1, %(now)s, %(now)s)
ON CONFLICT (kind, subject) DO UPDATE SET
    caller = %(caller)s, tries = %(tries)s, cards = %(cards)s, declines = %(declines)s,
    refusals = CASE WHEN old.last_refused_at < %(series)s THEN 1 ELSE old.refusals + 1 END,
    since = CASE WHEN old.last_refused_at < %(series)s THEN %(now)s ELSE old.since END,
    last_refused_at = %(now)s
"""


class Origin(NamedTuple):
    """Who tries a card for whom: an API key or service user, a client's address, a customer."""

    caller: str
    address: str
    customer_id: int


def name_option(option: PaymentOption) -> str:
    """Return the name of a kept card: the keyed hash of its number, or its id where there is none."""
    return option.fingerprint or f"option:{option.pk}"


def name_source(customer: Customer, funding_source: str | None) -> str:
    """Return the name of a customer's card that the processor keeps, its default one for None."""
    return f"source:{customer.pk}:{funding_source or ''}"


def admit_card(card: str, *, origin: Origin) -> int:
    """Count a try of a card and return its id; call it outside of transactions, before the processor.

    Raises TooManyCards when the caller, the address, the customer or the card has to wait.
    """
    address = group_address(origin.address)
    wanted = CardTry(
        caller=origin.caller, address=address, customer_id=origin.customer_id, card=card, tried_at=clock.now()
    )
    with transaction.atomic():
        refusal = _look_at(wanted)
        if refusal is None:
            wanted.save(force_insert=True)
        else:
            _record(refusal, wanted)
    if refusal is not None:
        raise TooManyCards(retry_after=refusal.wait)
    return wanted.pk


@contextmanager
def counted_try(card: str, *, origin: Origin) -> Iterator[None]:
    """Count a try of a card unless the block proves that it did not reach the processor.

    Raises TooManyCards, and whatever the block raises.
    """
    number = admit_card(card, origin=origin)
    tries = CardTry.objects.filter(pk=number)
    try:
        yield
    except NotSent:
        tries.delete()
        raise
    except CardRefused:
        tries.update(is_declined=True)
        raise


def purge_card_tries() -> int:
    """Delete tries that count no more, and old lines about card testing; return how many."""
    now = clock.now()
    purged = _delete(CardTry.objects.filter(tried_at__lt=now - WINDOW))
    return purged + _delete(CardTesting.objects.filter(last_refused_at__lt=now - TESTING_KEPT))


def _look_at(wanted: CardTry) -> Refusal | None:
    """Return why a try must wait. A card that has paid need not, so its owner is never slowed."""
    wanted.is_paid = has_paid(wanted)
    if wanted.is_paid:
        return None
    with connection.cursor() as cursor:
        subjects = (wanted.caller, wanted.address, f"customer:{wanted.customer_id}", wanted.card)
        cursor.execute(LOCK, [f"card tries {subject}" for subject in subjects])
    mark_paid(wanted)
    return find_refusal(wanted)


def _record(refusal: Refusal, wanted: CardTry) -> None:
    counts = refusal.counts
    row: dict[str, Any] = {
        **{"kind": refusal.kind, "subject": refusal.subject, "caller": wanted.caller},
        **{"tries": counts.tries, "cards": counts.cards, "declines": counts.declines},
        **{"now": wanted.tried_at, "series": wanted.tried_at - SERIES_ENDS_AFTER},
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORD_REFUSAL, row)


def _delete(rows: QuerySet[Any]) -> int:
    """Delete in portions, so that no statement runs for long."""
    total = 0
    while portion := list(rows.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        total += rows.model._base_manager.filter(pk__in=portion).delete()[0]
    return total
