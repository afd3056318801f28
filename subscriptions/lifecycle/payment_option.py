"""Changing what subscriptions are paid with; a new card is tried at once."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from charges.errors import WrongState
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.processor.tokenising import UNNAMED_BRAND
from charges.tasks import collect, replace_awaiting
from core import clock
from core.errors import InvalidField
from customers.models import PaymentOption
from customers.payment_options import add_payment_option, lock_wallet
from gateway.cards import BankAccountToken, CardToken
from subscriptions.history import record_act
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription, SubscriptionStatus

ENDED = (SubscriptionStatus.DECLINED, SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED)


@transaction.atomic
def replace_card(
    organization_id: int, *, gateway: str, card: CardToken | BankAccountToken, actor: str
) -> PaymentOption:
    """Make a new card or bank account the one that an organisation pays with, for all its subscriptions.

    What waits for a retry is tried at once; the planned retries stay as they were. Raises CardEntryRefused.
    """
    fields = asdict(card)
    if isinstance(card, CardToken):
        fields["brand"] = card.brand or UNNAMED_BRAND
    option = add_payment_option(organization_id, gateway=gateway, **fields)
    pay_with_card(option, actor=actor)
    return option


def pay_with_card(option: PaymentOption, *, actor: str, instead_of: PaymentOption | None = None) -> None:
    """Let a buyer's subscriptions, or those that another card pays for, use this card from now on.

    What waits for a retry is tried at once. The caller has locked the wallet.
    """
    mine = Subscription.objects.filter(
        buyer_id=option.organization_id, payment_option__gateway=option.gateway
    ).exclude(payment_option=option)
    if instead_of is not None:
        mine = mine.filter(payment_option=instead_of)
    for pk in mine.exclude(status__in=ENDED).order_by("pk").values_list("pk", flat=True):
        subscription = lock_subscription(pk)
        _use_card(subscription, option)
        record_act(subscription, actor=actor, reason=f"Paid with the {option}")
    retry_waiting_payments(option, instead_of=instead_of)


def retry_waiting_payments(option: PaymentOption, *, instead_of: PaymentOption | None = None) -> int:
    """Let a buyer's payments that wait for a retry be tried now with this card; return how many there are.

    With `instead_of`, only those that would be tried with that card. What waits for the payer to confirm is
    cancelled at the processor and tried, too, when the workers hear of it or ask about it next. The caller
    has locked the wallet, and the subscriptions that they belong to.
    """
    waiting = Charge.objects.filter(
        buyer_id=option.organization_id,
        payment_option__gateway=option.gateway,
        refund_of=None,
        status=ChargeStatus.PROCESSED,
        collect_at__isnull=False,
    )
    if instead_of is not None:
        waiting = waiting.filter(payment_option=instead_of)
    locked = waiting.order_by("pk").select_for_update(no_key=True, of=("self",))
    found = list(locked.values_list("pk", flat=True))
    Charge.objects.filter(pk__in=found).update(collect_at=clock.now(), payment_option=option)
    paid_by = {} if instead_of is None else {"token": instead_of.gateway_token}
    awaiting = _find_awaiting(option, charge__buyer=option.organization_id, **paid_by)
    _pay_next_with(option, awaiting)
    transaction.on_commit(lambda: _hint(found, awaiting), robust=True)
    return len(found)


@transaction.atomic
def change_card(subscription_id: int, *, payment_option_id: int, actor: str, reason: str) -> Subscription:
    """Let one subscription be paid with another card of its buyer, and try what waits at once.

    Raises SubscriptionNotFound, WrongState for one that ended, and InvalidField for a card of somebody
    else or of another gateway.
    """
    _lock_wallet_of(subscription_id)
    subscription = lock_subscription(subscription_id)
    if subscription.status in ENDED:
        raise WrongState(subscription.status)
    option = list_cards(subscription).filter(pk=payment_option_id).first()
    if option is None:
        raise InvalidField("payment_option_id", "must be a card of the buyer")
    _use_card(subscription, option)
    bring_forward(subscription)
    record_act(subscription, actor=actor, reason=f"Card changed: {reason}"[:255])
    return subscription


def list_cards(subscription: Subscription) -> QuerySet[PaymentOption]:
    """Return the cards that a subscription may be paid with: those of its buyer at its gateway."""
    if subscription.buyer_id is None:
        return PaymentOption.objects.none()
    return PaymentOption.objects.filter(
        organization_id=subscription.buyer_id, gateway=_gateway_of(subscription), is_active=True
    )


def bring_forward(subscription: Subscription) -> int:
    """Let what waits for a retry be tried now and return how many charges that are (none or one, mostly)."""
    waiting = Charge.objects.filter(
        subscription=subscription, refund_of=None, status=ChargeStatus.PROCESSED, collect_at__isnull=False
    )
    found = list(waiting.values_list("pk", flat=True))
    waiting.update(collect_at=clock.now(), payment_option=subscription.payment_option)
    awaiting = _find_awaiting_of(subscription)
    transaction.on_commit(lambda: _hint(found, awaiting), robust=True)
    return len(found) + len(awaiting)


def _lock_wallet_of(subscription_id: int) -> None:
    subscriptions = Subscription.objects.filter(pk=subscription_id, buyer__isnull=False)
    for buyer_id in subscriptions.values_list("buyer_id", flat=True):
        lock_wallet(buyer_id or 0)


def _find_awaiting(option: PaymentOption, **which: Any) -> list[int]:
    """Return the charges that wait until the payer confirms a payment with another card of this gateway."""
    awaiting = Attempt.objects.filter(
        **which,
        charge__status=ChargeStatus.PROCESSED,
        charge__given_up_at=None,
        state=AttemptState.AWAITING_BUYER,
        gateway=option.gateway,
    )
    return list(awaiting.exclude(token=option.gateway_token).values_list("charge_id", flat=True))


def _pay_next_with(option: PaymentOption, charge_ids: Iterable[int]) -> None:
    """Let charges be paid with this card as soon as what waits for the payer is cancelled."""
    locked = (
        Charge.objects.filter(pk__in=charge_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    Charge.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(payment_option=option)


def _find_awaiting_of(subscription: Subscription) -> list[int]:
    option = subscription.payment_option
    return [] if option is None else _find_awaiting(option, charge__subscription=subscription)


def _hint(waiting: Iterable[int], awaiting: Iterable[int]) -> None:
    for charge_id in waiting:
        collect.delay(charge_id)
    for charge_id in awaiting:
        replace_awaiting.delay(charge_id)


def _use_card(subscription: Subscription, option: PaymentOption) -> None:
    subscription.payment_option = option
    subscription.updated_at = clock.now()
    subscription.save(update_fields=["payment_option", "updated_at"])


def _gateway_of(subscription: Subscription) -> str:
    return subscription.payment_option.gateway if subscription.payment_option else "sandbox"
