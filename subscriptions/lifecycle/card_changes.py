"""The cards of a buyer organisation: keeping one that was entered, choosing the default, removing one."""

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from charges.consent import Decider
from charges.models import Charge, ChargeStatus
from charges.processor.card_entry import check_card_holder, find_card_entry, read_entered_card
from charges.tasks import forget_cards
from core import clock
from customers.errors import CardInUse, PaymentOptionNotFound
from customers.models import CardEntrySession, PaymentOption
from customers.payment_options import list_cards, list_kept_cards, lock_wallet, make_default, remove_option
from gateway.cards import BankAccountToken, CardToken
from subscriptions.lifecycle.payment_option import pay_with_card, replace_card
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

OPEN_SUBSCRIPTIONS = (SubscriptionStatus.ACCEPTED, *RUNNING)
OPEN_CHARGES = (ChargeStatus.ACCEPTED, ChargeStatus.PROCESSED)


class Uses(NamedTuple):
    """What a card pays for: subscriptions that run, and single charges that are accepted or collected."""

    subscriptions: list[Subscription]
    charges: list[Charge]

    @property
    def names(self) -> list[str]:
        """Return what they are called."""
        return [*(each.name for each in self.subscriptions), *(each.name for each in self.charges)]


def finish_card_entry(public_id: UUID, *, decider: Decider) -> CardEntrySession:
    """Keep the card that the decider entered at the processor and return the entry; again changes nothing.

    The card becomes the one that the organisation pays with, and what waits for a retry is tried at once.
    Call it outside of transactions. Raises ConsentNotYours, BillingRoleMissing, CardEntryNotFound,
    CardNotEntered, CardEntryRefused, ProcessorUnavailable.
    """
    check_card_holder(decider)
    entry = find_card_entry(public_id, decider=decider)
    if entry.payment_option is not None:
        return entry
    return _keep_card(entry.pk, read_entered_card(entry), actor=decider.actor)


@transaction.atomic
def choose_card(public_id: UUID, *, decider: Decider) -> PaymentOption:
    """Make a card the one that the decider's organisation pays with, for all that runs, and return it.

    What waits for a retry is tried at once. Raises ConsentNotYours, BillingRoleMissing,
    PaymentOptionNotFound.
    """
    option = _lock_card(public_id, decider)
    make_default(option)
    pay_with_card(option, actor=decider.actor)
    return option


@transaction.atomic
def remove_card(public_id: UUID, *, decider: Decider) -> PaymentOption:
    """Never charge a card of the decider's organisation again, and return it.

    What it paid for moves to the default one, or the newest. Without another card it is refused while
    something runs. What an attempt has already asked of the processor may still be collected. Raises
    ConsentNotYours, BillingRoleMissing, PaymentOptionNotFound, CardInUse.
    """
    option = _lock_card(public_id, decider)
    heir = find_heir(option)
    if heir is None:
        _refuse_in_use(option)
    else:
        pay_with_card(heir, actor=decider.actor, instead_of=option)
        _list_charges(decider.organization_id).filter(payment_option=option).update(payment_option=heir)
    removed = remove_option(option)
    if heir is not None and option.is_default:
        make_default(heir)
    transaction.on_commit(lambda: forget_cards.delay(), robust=True)
    return removed


def find_heir(option: PaymentOption) -> PaymentOption | None:
    """Return the card that takes over when this one is removed: the default one, else the newest."""
    cards, now = list_cards(option.organization_id or 0, gateway=option.gateway), clock.now()
    # The cards come with the newest first; an expired one only stands in for none.
    return min(
        cards.exclude(pk=option.pk),
        key=lambda card: (not card.is_default, card.has_expired(now)),
        default=None,
    )


def find_uses(organization_id: int) -> dict[int, Uses]:
    """Return what each card of an organisation pays for, by its id; a subscription's payments are its own."""
    uses: dict[int, Uses] = defaultdict(lambda: Uses([], []))
    for subscription in _list_subscriptions(organization_id).order_by("pk"):
        uses[subscription.payment_option_id or 0].subscriptions.append(subscription)
    for charge in _list_charges(organization_id).filter(subscription=None).order_by("pk"):
        uses[charge.payment_option_id or 0].charges.append(charge)
    return uses


def _refuse_in_use(option: PaymentOption) -> None:
    """Raise CardInUse, with names, while something that the card pays for is open."""
    organization_id = option.organization_id or 0
    names = find_uses(organization_id)[option.pk].names
    if not names and not _list_charges(organization_id).filter(payment_option=option).exists():
        return
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    paid = f"“{names[0]}”{others}" if names else "what is being collected"
    raise CardInUse(
        f"It is the only card and pays for {paid}. Add another card first, or cancel that.", names=names
    )


def _lock_card(public_id: UUID, decider: Decider) -> PaymentOption:
    """Return an active card of the decider's organisation, whose wallet is locked from now on."""
    check_card_holder(decider)
    lock_wallet(decider.organization_id)
    option = list_kept_cards(decider.organization_id).filter(public_id=public_id).first()
    if option is None:
        raise PaymentOptionNotFound
    return option


def _list_subscriptions(organization_id: int) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        buyer_id=organization_id, status__in=OPEN_SUBSCRIPTIONS, payment_option__isnull=False
    )


def _list_charges(organization_id: int) -> QuerySet[Charge]:
    return Charge.objects.filter(
        buyer_id=organization_id,
        status__in=OPEN_CHARGES,
        given_up_at=None,
        payment_option__isnull=False,
    )


@transaction.atomic
def _keep_card(entry_id: int, card: CardToken | BankAccountToken, *, actor: str) -> CardEntrySession:
    entry = CardEntrySession.objects.select_for_update(no_key=True).get(pk=entry_id)
    if entry.payment_option_id is None:
        entry.payment_option = replace_card(
            entry.organization_id, gateway=entry.gateway, card=card, actor=actor
        )
        entry.finished_at = clock.now()
        entry.save(update_fields=["payment_option", "finished_at"])
    return entry
