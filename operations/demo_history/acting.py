"""Doing what the story says, by the services that do it in earnest."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from approvals.four_eyes import name_staff
from charges.models import Charge
from charges.refunds.ask import ask_refund
from customers.models import Account
from gateway.cards import CardToken
from operations.demo_history.acts import Act, Cancelling, NewCard, Payout, Refund, Sale, Subscribing
from operations.demo_history.people import People
from operations.factories import ChargeFactory, SubscriptionFactory
from payouts.decide import approve_payout
from payouts.errors import BalanceTooLow, PayoutAccountTooNew, PayoutTooSmall
from payouts.request import Requester, request_payout
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import settle_payout
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.payment_option import replace_card
from subscriptions.models import Subscription

NOT_ALLOWED = (BalanceTooLow, PayoutAccountTooNew, PayoutTooSmall)


def perform(act: Act, people: People) -> None:
    """Do it, as of the clock's instant."""
    PERFORM[type(act)](act, people)


def _sell(act: Sale, people: People) -> None:
    ChargeFactory.create(
        caller=people.find_caller(act.buyer, act.app),
        name=act.name,
        price_minor=act.cents,
        quantity=act.quantity,
        stage=act.stage,
        on_page=True,
        test=act.test,
        test_card=act.test_card,
    )


def _subscribe(act: Subscribing, people: People) -> None:
    SubscriptionFactory.create(
        caller=people.find_caller(act.buyer, act.app),
        name=act.name,
        price_minor=act.cents,
        trial_days=act.trial_days,
        frequency=act.frequency,
        stage=act.stage,
        on_page=True,
    )


def _enter_card(act: NewCard, people: People) -> None:
    account = people.buyers[act.buyer]
    organization = account.organization
    token = f"tok_test_{act.behaviour}_{organization.pk}_{act.day}"
    card = CardToken(token, "visa", f"{1000 + act.day}", exp_month=12, exp_year=2039)
    replace_card(organization.pk, gateway="sandbox", card=card, actor=_name_buyer(account))


def _give_back(act: Refund, people: People) -> None:
    buyer = people.buyers[act.buyer].organization
    charge = Charge.objects.get(buyer=buyer, name=act.name, kind="charge")
    ask_refund(
        charge_id=charge.pk,
        amount_minor=act.cents,
        reason=act.reason,
        actor=name_staff(people.staff),
        requested_by=people.staff,
    )


def _cancel(act: Cancelling, people: People) -> None:
    account = people.buyers[act.buyer]
    subscription = Subscription.objects.get(buyer=account.organization, name=act.name)
    cancel_subscription(subscription.pk, actor=_name_buyer(account), reason=act.reason)


def _pay_seller(act: Payout, people: People) -> None:
    # With longer times or a higher minimum in the settings a payout of the story is not to be had.
    with suppress(*NOT_ALLOWED):
        _request_payout(act, people.sellers[act.app], people.staff)


def _request_payout(act: Payout, seller: Account, staff: User) -> None:
    payout = request_payout(
        organization_id=seller.organization_id,
        currency=settings.DEFAULT_CURRENCY,
        amount_minor=act.cents,
        requester=Requester(actor=f"account:{seller.public_id}", account=seller),
    )
    if act.settled:
        approve_payout(payout.pk, user=staff)
        send_by_hand(payout.pk, reference=f"demo-{act.day}", actor=name_staff(staff))
        settle_payout(payout.pk, actor=name_staff(staff))


def _name_buyer(account: Account) -> str:
    """Return how histories name somebody who acted on our own pages."""
    return f"page/account:{account.public_id}"


PERFORM: dict[type[Act], Callable[[Any, People], None]] = {
    Sale: _sell,
    Subscribing: _subscribe,
    NewCard: _enter_card,
    Refund: _give_back,
    Cancelling: _cancel,
    Payout: _pay_seller,
}
