"""Buyers accept, decline, withdraw, cancel, and change their cards."""

from access.oauth.bearer_tokens import Caller
from charges.consent import accept_charge, decline_charge
from charges.models import Charge, ChargeKind, ChargeStatus
from gateway.cards import CardToken
from simulator.actors.picking import do_one, pick
from simulator.faults import Fault
from simulator.marketplace import Marketplace
from simulator.people import CARDS
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.lifecycle.payment_option import replace_card
from subscriptions.models import Subscription, SubscriptionStatus


def decide(market: Marketplace) -> None:
    """Do one of the things that buyers do, and now and then the same thing twice."""
    do_one(market, [_answer_charge, _answer_charge, _answer_offer, _answer_offer, _cancel, _new_card])


def _answer_charge(market: Marketplace) -> bool:
    asked = Charge.objects.filter(kind=ChargeKind.CHARGE, subscription=None, status=ChargeStatus.PENDING)
    charge = pick(market.draw, asked)
    if charge is None:
        return False
    decider = market.decider(_caller_of(market, charge.buyer_id))
    answer = decline_charge if market.draw.random() < 0.1 else accept_charge
    answer(charge.pk, decider=decider)
    if market.faults.happens(Fault.ACT_TWICE, chance=0.3):
        answer(charge.pk, decider=decider)
    return True


def _answer_offer(market: Marketplace) -> bool:
    offer = pick(market.draw, Subscription.objects.filter(status=SubscriptionStatus.PENDING))
    if offer is None:
        return False
    decider = market.decider(_caller_of(market, offer.buyer_id))
    accept_subscription(offer.pk, decider=decider)
    if market.faults.happens(Fault.ACT_TWICE, chance=0.3):
        accept_subscription(offer.pk, decider=decider)
    return True


def _cancel(market: Marketplace) -> bool:
    running = Subscription.objects.filter(status__in=[SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE])
    subscription = pick(market.draw, running)
    if subscription is None or market.draw.random() < 0.7:
        return False
    prorated = market.draw.random() < 0.3
    cancel_subscription(subscription.pk, actor="simulator", prorated_refund=prorated)
    return True


def _new_card(market: Marketplace) -> bool:
    caller = market.draw.choice(market.callers)
    number = market.draw.randrange(1_000, 10_000)
    token = f"tok_test_{market.draw.choice(CARDS)}_{caller.organization_id}_{number}"
    card = CardToken(token, "visa", str(number), exp_month=12, exp_year=2039)
    replace_card(caller.organization_id, gateway="sandbox", card=card, actor="simulator")
    return True


def _caller_of(market: Marketplace, buyer_id: int | None) -> Caller:
    return next(caller for caller in market.callers if caller.organization_id == buyer_id)
