"""Find out whether the tries of a caller, address, customer or card look like card testing.

Cards that their customer has paid with are no testing, so a merchant whose customers pay is not slowed.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from charges.models.card_tries import CardTry, TrySubject

WINDOW = timedelta(minutes=10)

# Of a customer with very many charges the newest are enough: a try is marked when the next one is looked at.
HAS_CHARGE = """EXISTS (
    SELECT FROM (
        SELECT * FROM charges_charge WHERE customer_id = try.customer_id ORDER BY id DESC LIMIT 50
    ) charge
    LEFT JOIN customers_paymentoption option ON option.id = charge.payment_option_id
    WHERE charge.kind = 'charge' AND {outcome} AND try.card = CASE
        WHEN option.id IS NULL
            THEN 'source:' || charge.customer_id || ':' || coalesce(charge.funding_source, '')
        WHEN option.fingerprint = '' THEN 'option:' || option.id
        ELSE option.fingerprint END
)"""
HAS_PAID = HAS_CHARGE.format(outcome="charge.status = 'success'")
HAS_FAILED = HAS_CHARGE.format(outcome="charge.failure_code <> ''")
# Rows that a try of another caller marks at this moment are left to it.
MARK_PAID = f"""
UPDATE charges_cardtry SET is_paid = true WHERE id IN (
    SELECT id FROM charges_cardtry try
    WHERE NOT is_paid AND tried_at > %s AND (caller = %s OR address = %s OR customer_id = %s OR card = %s)
          AND {HAS_PAID}
    FOR UPDATE SKIP LOCKED
)
"""
COUNTS = f"""
SELECT count(*) AS tries, count(DISTINCT card) AS cards,
       count(*) FILTER (WHERE NOT is_paid) AS unpaid_tries,
       count(DISTINCT card) FILTER (WHERE NOT is_paid) AS unpaid_cards,
       count(*) FILTER (WHERE is_declined OR NOT is_paid AND {HAS_FAILED}) AS declines,
       min(tried_at) AS first_at, min(tried_at) FILTER (WHERE NOT is_paid) AS first_unpaid_at
FROM charges_cardtry try WHERE {{column}} = %s AND tried_at > %s
"""


class Counts(NamedTuple):
    """Tries within the last ten minutes; instants are UTC."""

    tries: int
    cards: int
    unpaid_tries: int
    unpaid_cards: int
    declines: int
    first_at: datetime
    first_unpaid_at: datetime


class Refusal(NamedTuple):
    """Whose tries are too many, what was counted, and how long the next one has to wait."""

    kind: TrySubject
    subject: str
    counts: Counts
    wait: timedelta


def mark_paid(wanted: CardTry) -> None:
    """Mark the tries that have led to a payment, among those that count for or against this one."""
    about: list[str | int] = [wanted.caller, wanted.address, wanted.customer_id, wanted.card]
    with connection.cursor() as cursor:
        cursor.execute(MARK_PAID, [wanted.tried_at - WINDOW, *about])


def has_paid(wanted: CardTry) -> bool:
    """Say whether the customer has paid with this card lately."""
    values = "(VALUES (%s::bigint, %s::text)) AS try (customer_id, card)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HAS_PAID} FROM {values}", [wanted.customer_id, wanted.card])
        [(answer,)] = cursor.fetchall()
    return bool(answer)


def find_refusal(wanted: CardTry) -> Refusal | None:
    """Return why this try must wait; None when it need not. The caller has marked what was paid."""
    return (
        _refuse_mostly_unpaid(wanted, TrySubject.CALLER, wanted.caller, limit=settings.CARDS_PER_CALLER)
        or _refuse_mostly_unpaid(wanted, TrySubject.ADDRESS, wanted.address, limit=settings.CARDS_PER_ADDRESS)
        or _refuse_many_of_customer(wanted)
        or _refuse_many_of_card(wanted)
    )


def are_mostly_unpaid(*, cards: int, unpaid: int, limit: int, percent: int) -> bool:
    """Say whether so many cards were tried, with so large a share of which nothing was paid."""
    return cards >= limit and unpaid * 100 > percent * cards


def _refuse_mostly_unpaid(wanted: CardTry, kind: TrySubject, subject: str, *, limit: int) -> Refusal | None:
    unpaid = _recent(wanted).filter(**{kind.value: subject}, is_paid=False)
    percent = settings.UNPAID_CARDS_PERCENT
    # Too few to be most of `limit` cards: the others need not be counted.
    if unpaid.count() * 100 <= percent * limit or unpaid.filter(card=wanted.card).exists():
        return None
    counts = _count(wanted, kind.value, subject)
    if not are_mostly_unpaid(cards=counts.cards, unpaid=counts.unpaid_cards, limit=limit, percent=percent):
        return None
    return _refuse(wanted, kind, subject, counts, since=counts.first_unpaid_at)


def _refuse_many_of_customer(wanted: CardTry) -> Refusal | None:
    tries = _recent(wanted).filter(customer=wanted.customer_id)
    is_new = not tries.filter(card=wanted.card).exists()
    if not is_new or tries.values("card").distinct().count() < settings.CARDS_PER_CUSTOMER:
        return None
    counts = _count(wanted, "customer_id", wanted.customer_id)
    return _refuse(wanted, TrySubject.CUSTOMER, str(wanted.customer_id), counts, since=counts.first_at)


def _refuse_many_of_card(wanted: CardTry) -> Refusal | None:
    if _recent(wanted).filter(card=wanted.card, is_paid=False).count() < settings.TRIES_PER_CARD:
        return None
    counts = _count(wanted, "card", wanted.card)
    return _refuse(wanted, TrySubject.CARD, wanted.card, counts, since=counts.first_unpaid_at)


def _recent(wanted: CardTry) -> QuerySet[CardTry]:
    return CardTry.objects.filter(tried_at__gt=wanted.tried_at - WINDOW)


def _count(wanted: CardTry, column: str, value: str | int) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(column=column), [value, wanted.tried_at - WINDOW])
        return Counts(*cursor.fetchone())


def _refuse(wanted: CardTry, kind: TrySubject, subject: str, counts: Counts, *, since: datetime) -> Refusal:
    return Refusal(kind, subject, counts, since + WINDOW - wanted.tried_at)
