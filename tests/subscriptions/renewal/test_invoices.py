"""Subscriptions billed by invoice: credit first, then the card; fixed terms and their ends."""

from datetime import date

import pytest

from core import clock
from customers.payment_options import change_customer_option
from ledger.receivables import record_transaction
from ledger.transaction_types import CustomerTransactionType as Type
from operations.rehearsal import preview_billing
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.change import skip_periods
from subscriptions.models import SubscriptionStatus
from tests.money import captures
from tests.subscriptions.agreeing import ME, account, agree, balance, bill_until
from tests.subscriptions.stories import START, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_cycle_is_an_invoice_that_the_card_pays():
    subscription = agree()
    bill_until("2027-03-05")
    assert account(subscription) == [
        (Type.INVOICE, 1999, 0),
        (Type.CLAIM, 1999, 0),
        (Type.INVOICE, 1999, 0),
        (Type.CLAIM, 1999, 0),
    ]
    assert [cents for _, cents in captures()] == [1999, 1999]
    assert fetch(subscription).last_billed_at.date() == date(2027, 3, 1)
    assert_books_are_sound()


def test_credit_is_used_before_the_card():
    subscription = agree()
    record_transaction(
        customer_id=subscription.customer_id,
        type=Type.CREDIT,
        amount_minor=2500,
        currency="USD",
        creator=ME,
    )
    bill_until("2027-03-05")
    assert [cents for _, cents in captures()] == [2 * 1999 - 2500]
    assert balance(subscription) == 0
    assert_books_are_sound()


def test_a_declined_payment_is_on_the_account_and_leaves_the_invoice_open():
    subscription = agree("tok_test_decline_hard")
    bill_until("2027-02-02")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999), (Type.DECLINE, 1999, 0)]
    assert balance(subscription) == -1999
    bill_until("2027-03-02")
    assert balance(subscription) == -2 * 1999
    assert_books_are_sound()


def test_a_soft_decline_is_tried_again_and_pays_its_own_invoice():
    subscription = agree("tok_test_decline_soft")
    bill_until("2027-02-01")
    make_it = subscription.payment_option
    make_it.__class__.objects.filter(pk=make_it.pk).update(gateway_token=f"tok_test_approve_{make_it.pk}")
    bill_until("2027-02-03")
    assert [kind for kind, _, _ in account(subscription)] == [Type.INVOICE, Type.DECLINE, Type.CLAIM]
    assert balance(subscription) == 0


def test_without_a_payment_option_the_invoice_waits_for_money():
    subscription = agree(payment_option=None)
    bill_until("2027-02-02")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999)]
    assert not subscription.charges.exists()
    assert_books_are_sound()


@pytest.mark.slow
def test_a_fixed_term_expires_with_its_last_payment():
    subscription = agree(length=12, price_minor=4999)
    bill_until("2028-06-01")
    assert [cents for _, cents in captures()] == [4999] * 12
    ended = fetch(subscription)
    assert (ended.status, ended.due_at) == (SubscriptionStatus.EXPIRED, None)
    assert ended.expired_at.date() == date(2028, 1, 1)
    assert_books_are_sound()


def test_a_fixed_term_that_credit_pays_expires_as_well():
    subscription = agree(length=1)
    record_transaction(
        customer_id=subscription.customer_id,
        type=Type.CREDIT,
        amount_minor=1999,
        currency="USD",
        creator=ME,
    )
    bill_until("2027-02-02")
    assert fetch(subscription).status == SubscriptionStatus.EXPIRED
    assert captures() == []
    assert_books_are_sound()


def test_an_option_that_is_no_longer_active_is_not_charged():
    subscription = agree()
    change_customer_option(subscription.payment_option_id, is_active=False)
    bill_until("2027-02-02")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999)]
    assert captures() == []


@pytest.mark.slow
def test_a_dry_run_knows_of_skips_and_ends():
    fixed, ending = agree(length=4), agree()
    with clock.travel_to(START):
        skip_periods(fixed.pk, actor=ME, length=2)
        cancel_subscription(ending.pk, actor=ME, effective_on=date(2027, 4, 1))
        for until, billed in (("2027-03-15", 2), ("2027-04-15", 3), ("2028-01-01", 6)):
            (line,) = preview_billing(until=day(until)).describe()
            assert line.startswith(f"would collect {billed} ")
    bill_until("2028-01-01")
    assert len(captures()) == 6
