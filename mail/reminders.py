"""Mails that no event causes: trials that end, cards that expire. Each is told once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from customers.models import PaymentKind, PaymentOption
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft, queue_mails
from mail.recipients import BillingPeople
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

AT_ONCE = 500
LONG_TRIAL, SHORT_NOTICE = timedelta(days=3), timedelta(days=1)

Row = TypeVar("Row", Subscription, PaymentOption)


def remind() -> int:
    """Queue what is to be told by now, and return of how many trials and cards that is."""
    now = clock.now()
    return _in_portions(_find_ending_trials(now), _tell_of_trials) + _in_portions(
        _find_expiring_cards(now), _tell_of_cards
    )


def is_trial_to_be_told(*, began_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Say whether a trial ends within three days, or within one day where it is shorter than three (UTC)."""
    notice = LONG_TRIAL if ends_at - began_at >= LONG_TRIAL else SHORT_NOTICE
    return ends_at - notice <= now < ends_at


def find_next_month(now: datetime) -> tuple[int, int]:
    """Return year and number of the month after that of an instant (UTC)."""
    return (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)


def _find_ending_trials(now: datetime) -> QuerySet[Subscription]:
    ending = Subscription.objects.filter(
        trial_ends_at__gt=now,
        trial_ends_at__lte=now + LONG_TRIAL,
        status=SubscriptionStatus.PROCESSED,
        buyer__isnull=False,
        activated_at__isnull=False,
        has_own_clock=False,
    )
    # What was told of an earlier end, before the trial was extended, does not count.
    window = OuterRef("trial_ends_at") - LONG_TRIAL
    return ending.exclude(_is_told(Kind.TRIAL_ENDS, created_at__gte=window)).select_related("acceptance")


def _tell_of_trials(subscriptions: Sequence[Subscription]) -> Iterator[Mail]:
    now = clock.now()
    people = BillingPeople({each.buyer_id for each in subscriptions if each.buyer_id})
    for each in subscriptions:
        ends_at, began_at = each.trial_ends_at, each.activated_at
        if ends_at and began_at and is_trial_to_be_told(began_at=began_at, ends_at=ends_at, now=now):
            is_extended = ends_at != began_at + each.trial
            until = f" until {ends_at:%Y-%m-%d %H:%M}" if is_extended else ""
            cause = f"trial of subscription {each.public_id}{until}"
            draft = Draft(Kind.TRIAL_ENDS, cause, each.public_id, {}, livemode=not each.test)
            yield from draft.to(people.who_agreed(each.buyer_id, each.acceptance.account_id))


def find_paid_by(option: Any, *, buyer: Any) -> QuerySet[Subscription]:
    """Return the running subscriptions, tests left out, that a card of a buyer pays for."""
    mine = Subscription.objects.filter(buyer=buyer, payment_option=option)  # By the index of the buyer.
    return mine.filter(status__in=RUNNING, test=False)


def _find_expiring_cards(now: datetime) -> QuerySet[PaymentOption]:
    year, month = find_next_month(now)
    cards = PaymentOption.objects.filter(
        Exists(find_paid_by(OuterRef("pk"), buyer=OuterRef("organization"))),
        exp_year=year,
        exp_month=month,
        kind=PaymentKind.CARD,
        is_active=True,
        is_single_use=False,
        organization__isnull=False,
    )
    return cards.exclude(_is_told(Kind.CARD_EXPIRES, created_at__gte=_begin_month(now)))


def _tell_of_cards(cards: Sequence[PaymentOption]) -> Iterator[Mail]:
    people = BillingPeople({card.organization_id for card in cards if card.organization_id})
    for card in cards:
        cause = f"card {card.public_id} until {card.exp_year}-{card.exp_month}"
        facts = {"expires": [card.exp_year, card.exp_month]}
        draft = Draft(Kind.CARD_EXPIRES, cause, card.public_id, facts)
        yield from draft.to(people.all_of(card.organization_id))


def _is_told(kind: Kind, **when: Any) -> Exists:
    return Exists(Mail.objects.filter(object_id=OuterRef("public_id"), kind=kind, **when))


def _begin_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _in_portions(rows: QuerySet[Row], tell: Callable[[Sequence[Row]], Iterator[Mail]]) -> int:
    count = last = 0
    while portion := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        with transaction.atomic():
            queue_mails(tell(portion))
        count, last = count + len(portion), portion[-1].pk
    return count
