"""Sweeps over kept cards: those that were removed are dropped at the processor, expiring ones followed."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from charges.models import Attempt
from charges.models.attempt import OPEN_STATES
from charges.processor.gateway_for import open_gateway_of_option
from core import clock
from core.per_row import run_logged
from customers.models import PaymentKind, PaymentOption
from gateway.cards import BankAccountToken, CardToken

BATCH = 200
ASKED_EVERY = timedelta(days=1)
# A bank that renews a card mostly does so in its last month; some processors take a while to hear of it.
FOLLOWED_FOR = timedelta(days=62)
CHANGING = ("brand", "last4", "exp_month", "exp_year")


def forget_removed_cards() -> int:
    """Have the processors drop up to a batch of removed cards, and return how many there were.

    One that an attempt may still be sent with waits until its outcome is known.
    """
    removed = PaymentOption.objects.filter(removed_at__isnull=False, forgotten_at=None)
    under_way = Attempt.objects.filter(
        gateway=OuterRef("gateway"), token=OuterRef("gateway_token"), state__in=OPEN_STATES
    )
    return _for_each(_forget_card, removed.exclude(Exists(under_way)).order_by("removed_at"))


def follow_expiring_cards() -> int:
    """Ask about up to a batch of cards that expire this month or did lately, each once a day; count them."""
    now = clock.now()
    since = now - FOLLOWED_FOR
    expiring = Q(exp_year=now.year, exp_month__lte=now.month) | Q(exp_year__lt=now.year)
    lately = Q(exp_year=since.year, exp_month__gte=since.month) | Q(exp_year__gt=since.year)
    asked = Q(followed_at__gt=now - ASKED_EVERY)
    cards = PaymentOption.objects.filter(
        expiring, lately, kind=PaymentKind.CARD, is_active=True, is_single_use=False
    )
    return _for_each(follow_card, cards.filter(~asked | Q(followed_at=None)).order_by("pk"))


def follow_card(option_id: int) -> None:
    """Ask the processor about a card and keep what it says now; call it outside of transactions.

    Raises GatewayError.
    """
    option = PaymentOption.objects.select_related("customer__merchant").get(pk=option_id)
    kept = PaymentOption.objects.filter(pk=option_id)
    kept.update(followed_at=clock.now())
    card = open_gateway_of_option(option).read_card(token=option.gateway_token)
    changes = {} if card is None else _find_changes(option, card)
    if changes:
        kept.update(**changes)


def follow_token(*, gateway: str, token: str) -> int:
    """Follow the cards kept under a token, of which a processor told a change, and return how many there are.

    Call it outside of transactions. Raises GatewayError.
    """
    kept = PaymentOption.objects.filter(gateway=gateway, gateway_token=token, is_active=True)
    found = list(kept.values_list("pk", flat=True))
    for pk in found:
        follow_card(pk)
    return len(found)


def _find_changes(option: PaymentOption, card: CardToken | BankAccountToken) -> dict[str, str | int]:
    said = {name: getattr(card, name, None) for name in CHANGING}
    return {name: value for name, value in said.items() if value and value != getattr(option, name)}


def _forget_card(option_id: int) -> None:
    option = PaymentOption.objects.select_related("customer__merchant").get(pk=option_id)
    open_gateway_of_option(option).forget_card(token=option.gateway_token)
    PaymentOption.objects.filter(pk=option_id, is_active=False).update(forgotten_at=clock.now())


def _for_each(work: Callable[[int], None], options: QuerySet[PaymentOption]) -> int:
    found = list(options.values_list("pk", flat=True)[:BATCH])
    for pk in found:
        run_logged(work, pk)
    return len(found)
