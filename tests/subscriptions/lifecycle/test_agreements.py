"""Agreements billed by invoice: credit first, then the card; fixed terms; freezes; ends."""

from datetime import date, timedelta

import pytest

from charges.errors import WrongState
from charges.models import ChargeStatus
from core import clock
from core.errors import CodeTaken, InvalidField
from customers.payment_options import change_customer_option
from ledger.receivables import record_transaction
from ledger.transaction_types import CustomerTransactionType as Type
from operations.rehearsal import preview_billing
from subscriptions.lifecycle.change import cancel_agreement, change_agreement, skip_periods
from subscriptions.models import SubscriptionStatus
from tests.factories import make_customer, make_customer_option, make_plan
from tests.money import captures
from tests.subscriptions.agreeing import ME, account, agree, balance, bill_until
from tests.subscriptions.stories import START, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_billing_is_the_next_day_unless_said_otherwise():
    subscription = agree(first_billing_on=None)
    assert subscription.due_at.isoformat() == "2027-02-01T00:00:00+00:00"
    assert (subscription.period, account(subscription)) == (0, [])


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


def test_a_fixed_term_expires_with_its_last_payment():
    subscription = agree(length=12, amount_minor=4999)
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


def test_a_freeze_leaves_out_billings_and_a_fixed_term_makes_up_for_them():
    subscription = agree(length=4)
    bill_until("2027-02-02")
    with clock.travel_to(day("2027-02-03")):
        skip_periods(subscription.pk, actor=ME, length=3, note="On holiday")
    adjustment = subscription.adjustments.get()
    assert (adjustment.effective_on, adjustment.end_on) == (date(2027, 3, 1), date(2027, 6, 1))
    bill_until("2027-12-01")
    dates = [charge.due_at.date() for charge in subscription.charges.order_by("period")]
    assert dates == [date(2027, month, 1) for month in (2, 6, 7, 8)]
    assert fetch(subscription).status == SubscriptionStatus.EXPIRED
    assert_books_are_sound()


def test_a_freeze_starts_on_a_billing_date_to_come():
    subscription = agree()
    with clock.travel_to(START):
        for wrong in (date(2027, 2, 2), date(2027, 1, 1), date(9999, 12, 31)):
            with pytest.raises(InvalidField) as refusal:
                skip_periods(subscription.pk, actor=ME, length=1, effective_on=wrong)
            assert refusal.value.field == "effective_on"
        skip_periods(subscription.pk, actor=ME, length=2, effective_on=date(2027, 4, 1))
        with pytest.raises(InvalidField, match="another freeze"):
            skip_periods(subscription.pk, actor=ME, length=3, effective_on=date(2027, 3, 1))
    bill_until("2027-06-02")
    dates = [charge.due_at.date() for charge in subscription.charges.order_by("period")]
    assert dates == [date(2027, month, 1) for month in (2, 3, 6)]


def test_cancelling_at_once_bills_nothing_more_and_keeps_what_is_owed():
    subscription = agree(payment_option=None)
    bill_until("2027-02-02")
    with clock.travel_to(day("2027-02-03")):
        cancel_agreement(subscription.pk, actor=ME, note="Moved away")
    bill_until("2027-05-01")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999)]
    with pytest.raises(WrongState):
        skip_periods(subscription.pk, actor=ME, length=1)


@pytest.mark.parametrize(("last_day", "billed"), [(date(2027, 3, 1), [2]), (date(2027, 3, 2), [2, 3])])
def test_cancelling_for_a_date_bills_what_begins_before_it(last_day, billed):
    subscription = agree()
    with clock.travel_to(START):
        cancel_agreement(subscription.pk, actor=ME, effective_on=last_day)
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED
    bill_until("2027-06-01")
    assert [charge.due_at.month for charge in subscription.charges.order_by("period")] == billed
    ended = fetch(subscription)
    assert (ended.status, ended.cancelled_at.date()) == (SubscriptionStatus.CANCELLED, last_day)
    assert_books_are_sound()


def test_another_card_is_used_from_the_next_billing_on():
    subscription = agree("tok_test_decline_hard")
    bill_until("2027-02-02")
    option = make_customer_option(subscription.customer, "tok_test_approve")
    change_agreement(subscription.pk, actor=ME, payment_option=option, note="New card")
    bill_until("2027-03-02")
    statuses = subscription.charges.order_by("period").values_list("status", flat=True)
    assert list(statuses) == [ChargeStatus.FAILED, ChargeStatus.SUCCESS]
    assert fetch(subscription).note == "New card"


def test_somebody_elses_card_or_plan_is_refused():
    with pytest.raises(InvalidField) as refusal:
        agree(payment_option=make_customer_option(make_customer()))
    assert refusal.value.field == "payment_option"
    with pytest.raises(InvalidField) as refusal:
        agree(plan=make_plan())
    assert refusal.value.field == "plan"


def test_a_code_is_taken_once_for_each_customer():
    customer = make_customer()
    agree(customer=customer, code="subscription1")
    with pytest.raises(CodeTaken):
        agree(customer=customer, code="subscription1")
    agree(code="subscription1")


@pytest.mark.parametrize(
    ("frequency", "interval", "highest"),
    [("weekly", 1, 153), ("monthly", 1, 36), ("monthly", 3, 12), ("monthly", 6, 6), ("yearly", 1, 3)],
)
def test_a_fixed_term_is_at_most_about_three_years(frequency, interval, highest):
    agree(frequency=frequency, interval=interval, length=highest)
    with pytest.raises(InvalidField):
        agree(frequency=frequency, interval=interval, length=highest + 1)


def test_a_first_billing_in_the_past_is_refused():
    with pytest.raises(InvalidField):
        agree(first_billing_on=(START - timedelta(days=1)).date())


def test_an_option_that_is_no_longer_active_is_not_charged():
    subscription = agree()
    change_customer_option(subscription.payment_option_id, is_active=False)
    bill_until("2027-02-02")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999)]
    assert captures() == []


def test_a_dry_run_knows_of_freezes_and_ends():
    fixed, ending = agree(length=4), agree()
    with clock.travel_to(START):
        skip_periods(fixed.pk, actor=ME, length=2)
        cancel_agreement(ending.pk, actor=ME, effective_on=date(2027, 4, 1))
        for until, billed in (("2027-03-15", 2), ("2027-04-15", 3), ("2028-01-01", 6)):
            (line,) = preview_billing(until=day(until)).describe()
            assert line.startswith(f"would collect {billed} ")
    bill_until("2028-01-01")
    assert len(captures()) == 6


def test_cancelling_again_changes_nothing():
    subscription = agree()
    with clock.travel_to(START):
        for on in (date(2027, 6, 1), date(2027, 6, 1), None, None):
            cancel_agreement(subscription.pk, actor=ME, effective_on=on)
    assert fetch(subscription).status == SubscriptionStatus.CANCELLED
    assert subscription.adjustments.count() == 2
