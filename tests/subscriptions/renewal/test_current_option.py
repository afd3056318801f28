"""Whatever collects, the option is the one that counts at that moment, and one that is off is not charged."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from charges.collection.single import collect_charge
from charges.models import Attempt
from core import clock
from customers.models import PaymentOption
from customers.payment_options import change_customer_option
from operations.factories import AgreementFactory, ChargeFactory, PaymentOptionFactory, SubscriptionFactory
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.card_changes import remove_card
from subscriptions.lifecycle.change import change_subscription
from subscriptions.lifecycle.hold_and_retry import retry_now
from tests.by_hand import insert_attempts
from tests.card_entry import decide_as
from tests.money import captures
from tests.subscriptions.agreeing import account, agree, bill_until
from tests.subscriptions.stories import START, at, day, fetch, paid
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
SOFT = "tok_test_decline_soft"
OFF = "The card was removed."


def tokens(subscription) -> list[str]:
    """The tokens that were sent to the gateway for a subscription, in order, without their numbers."""
    sent = Attempt.objects.filter(charge__subscription=subscription).order_by("pk")
    return [token.partition("_made_")[0] for token in sent.values_list("token", flat=True)]


def switch_off(option: PaymentOption) -> None:
    """Somebody switches an option off by hand, past the services."""
    off = {"is_active": False, "is_default": False}
    if option.organization_id:
        off["removed_at"] = clock.now()
    PaymentOption.objects.filter(pk=option.pk).update(**off)


def test_a_retry_of_an_invoice_does_not_charge_an_account_that_was_taken_away():
    subscription = agree(SOFT)
    bill_until("2027-02-01")
    change_customer_option(subscription.payment_option_id, is_active=False)
    bill_until("2027-02-25")
    assert tokens(subscription) == [SOFT]
    charge = subscription.charges.get()
    assert (charge.status, charge.failure_code) == ("failed", "option_inactive")
    assert_books_are_sound()


def test_a_retry_of_an_invoice_charges_the_option_that_it_was_changed_to():
    subscription = agree(SOFT)
    bill_until("2027-02-01")
    other = PaymentOptionFactory(customer=subscription.customer)
    with clock.travel_to(day("2027-02-01")):
        change_subscription(subscription.pk, actor="test", payment_option=other)
    bill_until("2027-02-01")
    assert tokens(subscription) == [SOFT, "tok_test_approve"], "the new one is tried at once"
    assert subscription.charges.get().payment_option == other
    assert account(subscription)[-1][0] == "claim"
    assert_books_are_sound()


def test_a_customer_is_not_charged_once_its_option_is_off():
    option = PaymentOptionFactory(of_customer=True, token=SOFT)
    subscription = AgreementFactory(customer=option.customer, at=START, payment_option=option)
    at(START)
    change_customer_option(option.pk, is_active=False)
    at(days=2)
    assert tokens(subscription) == [SOFT]


def test_a_renewal_does_not_charge_a_card_that_was_taken_away():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    switch_off(subscription.payment_option)
    at(days=32)
    assert tokens(subscription) == ["tok_test_approve"]
    assert fetch(subscription).status == "past_due"
    charge = subscription.charges.get(period=1)
    assert (charge.failure_code, charge.failure_message) == ("option_inactive", OFF)
    at(days=62)
    assert fetch(subscription).status == "frozen"
    assert_books_are_sound()


def test_a_renewal_falls_back_on_the_default_card_when_its_own_is_off():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    old = subscription.payment_option
    new = PaymentOptionFactory(organization=subscription.buyer, token="tok_test_approve_new")
    switch_off(old)
    at(days=32)
    assert fetch(subscription).status == "active"
    assert subscription.charges.get(period=1).payment_option == new


@pytest.mark.parametrize("retry", [True, False], ids=["by staff", "by the calendar"])
def test_a_retry_does_not_charge_a_card_that_was_taken_away(retry):
    subscription = SubscriptionFactory(activated=True, at=START, card=SOFT)
    at(START)
    switch_off(subscription.payment_option)
    with clock.travel_to(START + timedelta(days=2)):
        if retry:
            retry_now(subscription.pk, actor="staff", reason="asked")
    at(days=2)
    assert tokens(subscription) == [SOFT]


def test_starting_a_frozen_subscription_anew_does_not_charge_a_card_that_was_taken_away():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_hard")
    at(START)
    assert fetch(subscription).status == "frozen"
    remove_card(subscription.payment_option.public_id, decider=decide_as(subscription.buyer_account))
    with clock.travel_to(START + timedelta(days=3)):
        activate_subscription(subscription.pk, actor="test")
    at(days=3)
    assert tokens(subscription) == ["tok_test_decline_hard"]
    new = PaymentOptionFactory(organization=subscription.buyer)
    at(days=10)
    assert paid(subscription)[-1][1] == "success"
    assert subscription.charges.latest("period").payment_option == new


def test_a_single_charge_is_not_taken_from_a_card_that_was_taken_away():
    charge = ChargeFactory(activated=True)
    switch_off(charge.payment_option)
    collect_charge(charge.pk)
    charge.refresh_from_db()
    assert (charge.status, charge.failure_code) == ("failed", "option_inactive")
    assert captures() == []


def test_a_single_charge_falls_back_on_the_default_card():
    charge = ChargeFactory(activated=True)
    new = PaymentOptionFactory(organization=charge.buyer)
    switch_off(charge.payment_option)
    collect_charge(charge.pk)
    charge.refresh_from_db()
    assert (charge.status, charge.payment_option) == ("success", new)


def test_the_database_takes_no_attempt_with_an_option_that_is_off():
    charge = ChargeFactory(activated=True)
    switch_off(charge.payment_option)
    with pytest.raises(IntegrityError, match="must not be charged"):
        insert_attempts(charge)


def test_the_database_takes_no_attempt_with_another_option_than_that_of_its_charge():
    charge = ChargeFactory(activated=True)
    with pytest.raises(IntegrityError, match="must not be charged"):
        insert_attempts(charge, token="'tok_test_approve_of_somebody_else'")
