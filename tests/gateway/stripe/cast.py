"""Buyers who pay at the stand-in, and how time passes for both of us."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime

import requests

from access.oauth.bearer_tokens import Caller
from charges.collection.confirm import confirm_payment
from charges.processor.card_entry import BegunEntry, begin_card_entry
from core import clock
from customers.models import Account, CardEntrySession, PaymentOption
from gateway.registry import get_gateway
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, PaymentOptionFactory
from subscriptions.lifecycle.card_changes import finish_card_entry
from tests.card_entry import DONE, decide_as
from tests.gateway.stripe_stand_in import cards, disputes
from tests.gateway.stripe_stand_in.methods import METHODS
from tests.gateway.stripe_stand_in.server import StripeStandIn

BACK = "https://billing.example/back"


def begin(account: Account) -> BegunEntry:
    """The buyer opens Stripe's page."""
    return begin_card_entry(decider=decide_as(account), return_url=DONE, cancel_url="http://testserver/")


def enter_card(stand_in: StripeStandIn, account: Account, card: str = "pm_card_visa") -> PaymentOption:
    """The buyer enters a test card on Stripe's page; from now on it is what they pay with."""
    entry = begin(account)
    session = CardEntrySession.objects.get(public_id=entry.id).session
    act_there(stand_in, cards.enter_card, session, card)
    option = finish_card_entry(entry.id, decider=decide_as(account)).payment_option
    assert option is not None
    return option


def make_buyer(stand_in: StripeStandIn, card: str = "pm_card_visa") -> Caller:
    """A buyer's app whose account has entered this card."""
    account = AccountFactory.create()
    enter_card(stand_in, account, card)
    return CallerFactory.create(account=account, application=ApplicationFactory.create())


def make_customer_with_bank_account() -> PaymentOption:
    """A merchant's customer whose payments take the bank some days."""
    customer = get_gateway("stripe").create_customer(key="slow")
    return PaymentOptionFactory.create(
        of_customer=True,
        bank_account=True,
        gateway="stripe",
        gateway_token=f"{customer}|pm_usBankAccount_success|us_bank_account",
    )


def change_behaviour(stand_in: StripeStandIn, option: PaymentOption, card: str) -> None:
    """A card starts to behave like another test card, as cards do."""
    name = option.gateway_token.split("|")[1]
    stand_in.books.methods[name] = METHODS[card]


def act_there(stand_in: StripeStandIn, act: Callable[..., object], *args: object) -> None:
    """Do something at the stand-in, whose clock goes on while ours is rehearsed."""
    with stand_in.books.lock:
        Context().run(act, stand_in.books, *args)


def decide_dispute(stand_in: StripeStandIn, reference: str, words: str) -> None:
    """A bank decides a dispute: winning_evidence or losing_evidence."""
    act_there(stand_in, disputes.update, {"evidence": {"uncategorized_text": words}}, reference)


@contextmanager
def at_both(stand_in: StripeStandIn, instant: datetime) -> Iterator[None]:
    """It is this instant here and at the stand-in, where banks have done what is due by then."""
    with stand_in.books.lock:
        # Its threads have the wall clock, and so has this one outside of journeys.
        stand_in.books.ahead = instant - clock.now()
        stand_in.books.settle()
    with clock.travel_to(instant):
        yield


def answer_bank(charge_id: int, answer: str) -> None:
    """The buyer opens the bank's page and presses its button: complete, or fail."""
    page = confirm_payment(charge_id=charge_id, return_url=BACK)
    assert page is not None
    requests.post(page, data={"answer": answer}, allow_redirects=False, timeout=5)
