"""Subscriptions, brought to a stage by the services that bring them there in earnest."""

from datetime import datetime, timedelta
from typing import Any

from factory import LazyFunction, SelfAttribute, SubFactory, Trait
from factory.django import DjangoModelFactory

from access.oauth.bearer_tokens import Caller
from charges.collection.batch import send_attempts
from charges.collection.sweeps import collect_charges
from charges.consent import Decider, ShownOffer
from charges.requests.parties import Parties
from core import clock
from customers.models import Account, Customer, PaymentOption, Product
from operations.factories.access import CallerFactory
from operations.factories.charges import BROWSER
from operations.factories.customers import CustomerFactory
from operations.factories.plans import PlanFactory
from operations.factories.showing import show_page
from operations.factories.wallets import give_card
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.billing_policy import (
    BillingPolicy,
    bill_at_once,
    bill_by_invoice,
    bill_when_paid,
)
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import (
    accept_subscription,
    decline_subscription,
    withdraw_subscription,
)
from subscriptions.lifecycle.create import create_subscription
from subscriptions.lifecycle.same_thing import shorten_trial
from subscriptions.models import Subscription
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import BATCH
from subscriptions.schedule import Frequency

OFFER_FIELDS = {"product", "return_url", "order_client_id", "commission_percent"}
# Long enough ago that a second month is due, or so many that the subscription is held.
ONE_PERIOD, MANY_PERIODS = timedelta(days=32), timedelta(days=200)
BAD_CARDS = {"retried": "tok_test_decline_soft", "past_due": "tok_test_decline_soft"}
BAD_CARDS |= {"frozen": "tok_test_decline_hard"}


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """An offer of 19.00 a month that awaits its buyer, or has come as far as a trait says.

    It is made, decided and activated `at` an instant (UTC); what is billed then is collected then, the rest
    now. To accept it the buyer gets the sandbox card `card`, but for one that has a card and is given none
    here. With `on_page` the buyer decides by the words of the hosted page, which are kept.
    """

    class Meta:
        model = Subscription

    class Params:
        declined = Trait(stage="declined")
        accepted = Trait(stage="accepted")
        withdrawn = Trait(stage="withdrawn")
        activated = Trait(stage="activated")
        # The first payment failed and is tried again.
        retried = Trait(stage="retried", at=LazyFunction(lambda: clock.now() - ONE_PERIOD))
        active = Trait(stage="active")
        # The second payment failed.
        past_due = Trait(stage="past_due", at=LazyFunction(lambda: clock.now() - ONE_PERIOD))
        frozen = Trait(stage="frozen", at=LazyFunction(lambda: clock.now() - ONE_PERIOD))
        cancelled = Trait(stage="cancelled")
        held = Trait(stage="held", at=LazyFunction(lambda: clock.now() - MANY_PERIODS))

    stage = "pending"
    at = LazyFunction(clock.now)
    card: Any = None
    on_page = False
    caller = SubFactory(CallerFactory)
    product = Product.LIVECHAT
    return_url = "https://seller.example/back"
    name = "Monthly app"
    price_minor = 1900
    frequency = Frequency.MONTHLY
    interval = 1

    @classmethod
    def _create(
        cls,
        model_class: type[Subscription],
        *args: Any,
        stage: str,
        at: datetime,
        card: str | None,
        on_page: bool,
        caller: Caller,
        **terms: Any,
    ) -> Subscription:
        with clock.travel_to(at):
            subscription = _offer(caller, terms)
            if stage == "pending":
                return subscription
            subscription = _decide(stage, subscription, caller, card, on_page=on_page)
        if stage in ("declined", "accepted", "withdrawn", "activated"):
            return subscription
        _bill_until_now(subscription, stage, at)
        if stage == "cancelled":
            cancel_subscription(subscription.pk, actor=caller.principal)
        return Subscription.objects.get(pk=subscription.pk)


class AgreementFactory(DjangoModelFactory[Subscription]):
    """A merchant's agreement with its customer, charged in the request, or `by_invoice`.

    It is made `at` an instant (UTC). Nothing is collected.
    """

    class Meta:
        model = Subscription

    class Params:
        by_invoice = Trait(policy=LazyFunction(bill_by_invoice))

    at = LazyFunction(clock.now)
    customer = SubFactory(CustomerFactory)
    plan = SubFactory(PlanFactory, merchant=SelfAttribute("..customer.merchant"))
    policy = LazyFunction(lambda: bill_at_once(retry_limit=10))

    @classmethod
    def _create(
        cls,
        model_class: type[Subscription],
        *args: Any,
        at: datetime,
        customer: Customer,
        policy: BillingPolicy,
        **terms: Any,
    ) -> Subscription:
        with clock.travel_to(at):
            return create_subscription(parties=Parties.of_customer(customer), policy=policy, **terms)


def _offer(caller: Caller, terms: dict[str, Any]) -> Subscription:
    offer = {name: terms.pop(name) for name in OFFER_FIELDS & terms.keys()}
    parties = Parties.of_offer(caller=caller, test=terms.get("test", False), **offer)
    return create_subscription(parties=parties, policy=bill_when_paid(), **terms)


def _decide(
    stage: str, subscription: Subscription, caller: Caller, card: str | None, *, on_page: bool
) -> Subscription:
    account = Account.objects.select_related("organization").get(pk=caller.account_id)
    decider = Decider.on_page(account, ip="192.0.2.1", user_agent=BROWSER)
    shown = _show_page(subscription, account) if on_page else None
    if stage == "declined":
        return decline_subscription(subscription.pk, decider=decider)
    give_card(account.organization, card)
    subscription = accept_subscription(subscription.pk, decider=decider, shown=shown)
    if stage == "withdrawn":
        return withdraw_subscription(subscription.pk, decider=decider)
    if stage == "accepted":
        return subscription
    return activate_subscription(subscription.pk, actor=caller.principal)


def _show_page(subscription: Subscription, account: Account) -> ShownOffer:
    shown = Subscription.objects.for_display().get(pk=subscription.pk)
    shorten_trial(shown)
    return show_page(shown, account)


def _bill_until_now(subscription: Subscription, stage: str, begun: datetime) -> None:
    if stage != "retried":
        _bill(subscription, begun)
    if stage in BAD_CARDS:
        _spoil_card(subscription, BAD_CARDS[stage])
    _bill(subscription, max(begun, clock.now()))


def _bill(subscription: Subscription, instant: datetime) -> None:
    """Bill what is due of this subscription alone."""
    with clock.travel_to(instant):
        while (claimed := claim_renewals(until=instant, limit=BATCH, only=subscription.pk)).periods:
            send_attempts(claimed.planned)
            collect_charges(claimed.single)


def _spoil_card(subscription: Subscription, token: str) -> None:
    """Let the buyer's card behave differently from now on, as cards do."""
    cards = PaymentOption.objects.filter(organization=subscription.buyer, is_default=True)
    cards.update(gateway_token=f"{token}_{subscription.pk}")
