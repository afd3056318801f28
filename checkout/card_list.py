"""Contexts of the pages about cards: what each card pays for, and the payments that wait for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from charges.failure_words import explain_failure
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from checkout.offers import AnyOffer, DirectOffer, RecurrentOffer
from checkout.presenters import find_future
from core import clock
from core.local_formats import write_money
from customers.errors import PaymentOptionNotFound
from customers.models import PaymentOption
from customers.payment_options import list_kept_cards
from subscriptions.lifecycle.card_changes import Uses, find_heir, find_uses

SHOWN = 20


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card with what it pays for."""

    option: PaymentOption
    offers: list[AnyOffer]
    has_expired: bool

    @classmethod
    def of(cls, option: PaymentOption, uses: Uses) -> Self:
        """Put a line together."""
        now = clock.now()
        return cls(
            option=option,
            offers=[*map(RecurrentOffer, uses.subscriptions), *map(DirectOffer, uses.charges)],
            has_expired=option.has_expired(now),
        )


@dataclass(frozen=True, slots=True)
class WaitingPayment:
    """A payment that was declined and is tried again: at once with a new card."""

    offer: AnyOffer
    amount: str
    reason: str
    retry_at: datetime | None = None
    awaits_confirmation: bool = False


@dataclass(frozen=True, slots=True)
class CardsPage:
    """The cards of an organisation, the default one first."""

    cards: list[CardLine]
    waiting: list[WaitingPayment]

    @property
    def is_divided(self) -> bool:
        """Say whether another card than the default one pays for something."""
        return any(line.offers for line in self.cards if not line.option.is_default)

    @classmethod
    def of(cls, organization_id: int) -> Self:
        """Read them."""
        uses = find_uses(organization_id)
        cards = list_kept_cards(organization_id).order_by("-is_default", "-pk")
        return cls(
            cards=[CardLine.of(card, uses[card.pk]) for card in cards],
            waiting=list(_list_waiting(organization_id)),
        )


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """A card that is about to be removed, and the one that takes over."""

    line: CardLine
    heir: PaymentOption | None

    @classmethod
    def of(cls, organization_id: int, public_id: UUID) -> Self:
        """Read them. Raises PaymentOptionNotFound."""
        option = list_kept_cards(organization_id).filter(public_id=public_id).first()
        if option is None:
            raise PaymentOptionNotFound
        return cls(CardLine.of(option, find_uses(organization_id)[option.pk]), find_heir(option))

    @property
    def is_needed(self) -> bool:
        """Say whether removing it is refused: something runs, and no other card can pay for it."""
        return bool(self.line.offers) and self.heir is None


def _list_waiting(organization_id: int) -> Iterable[WaitingPayment]:
    awaited = Attempt.objects.filter(charge=OuterRef("pk"), state=AttemptState.AWAITING_BUYER)
    open_charges = Charge.objects.annotate(awaits=Exists(awaited)).filter(
        Q(first_declined_at__isnull=False) | Q(awaits=True),
        refund_of=None,
        buyer_id=organization_id,
        status=ChargeStatus.PROCESSED,
        given_up_at=None,
    )
    for charge in open_charges.order_by("-created_at", "-pk")[:SHOWN]:
        yield WaitingPayment(
            offer=DirectOffer(charge),
            amount=write_money(charge.total),
            reason=explain_failure(charge.failure_code) if charge.failure_code else "",
            retry_at=find_future(charge.collect_at),
            awaits_confirmation=charge.awaits,
        )
