"""Sellers ask for charges, offer subscriptions, activate what was accepted, refund, and want their money."""

from django.conf import settings

from charges.models import Charge, ChargeKind, ChargeStatus
from charges.refunds.ask import ask_refund
from charges.requests.direct import activate_charge, create_charge
from charges.requests.parties import Parties
from customers.models import Product
from payouts.request import Requester, request_payout
from simulator.actors.picking import do_one, pick
from simulator.faults import Fault
from simulator.marketplace import Marketplace
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.billing_policy import bill_when_paid
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Subscription, SubscriptionStatus

RETURN_URL = "https://seller.example/back"


def trade(market: Marketplace) -> None:
    """Do one of the things that sellers do."""
    acts = [
        _ask,
        _offer,
        _activate_charge,
        _activate_charge,
        _activate_subscription,
        _refund,
        _refund,
        _want_money,
        _want_money,
    ]
    do_one(market, acts)


def _ask(market: Marketplace) -> bool:
    create_charge(
        caller=market.draw.choice(market.callers),
        product=Product.LIVECHAT,
        name="Extension",
        price_minor=market.draw.randrange(100, 3_000),
        quantity=market.draw.randrange(1, 4),
        return_url=RETURN_URL,
    )
    return True


def _offer(market: Marketplace) -> bool:
    caller = market.draw.choice(market.callers)
    parties = Parties.of_offer(caller=caller, product=Product.LIVECHAT, return_url=RETURN_URL, test=False)
    create_subscription(
        parties=parties,
        policy=bill_when_paid(),
        name=f"Plan {market.draw.randrange(10_000)}",
        price_minor=market.draw.randrange(100, 3_000),
        frequency=market.draw.choice(["daily", "weekly", "monthly"]),
    )
    return True


def _activate_charge(market: Marketplace) -> bool:
    accepted = Charge.objects.filter(kind=ChargeKind.CHARGE, subscription=None, status=ChargeStatus.ACCEPTED)
    charge = pick(market.draw, accepted)
    if charge is None:
        return False
    for _ in range(2 if market.faults.happens(Fault.ACT_TWICE, chance=0.3) else 1):
        activate_charge(charge.pk, actor="simulator")
    return True


def _activate_subscription(market: Marketplace) -> bool:
    accepted = pick(market.draw, Subscription.objects.filter(status=SubscriptionStatus.ACCEPTED))
    if accepted is not None:
        activate_subscription(accepted.pk, actor="simulator")
    return accepted is not None


def _refund(market: Marketplace) -> bool:
    charge = pick(market.draw, Charge.objects.filter(kind=ChargeKind.CHARGE, status=ChargeStatus.SUCCESS))
    if charge is None:
        return False
    part = market.draw.randrange(1, charge.total_minor + 1) if market.draw.random() < 0.7 else None
    for _ in range(2 if market.faults.happens(Fault.ACT_TWICE, chance=0.3) else 1):
        ask_refund(
            charge_id=charge.pk,
            amount_minor=part,
            reason="Simulated.",
            actor="simulator",
            requested_by=market.staff[0],
        )
    return True


def _want_money(market: Marketplace) -> bool:
    seller = market.draw.choice(market.sellers)
    request_payout(
        organization_id=seller.organization_id,
        currency=settings.DEFAULT_CURRENCY,
        amount_minor=None,
        requester=Requester(actor=f"account:{seller.public_id}", account=seller),
    )
    return True
