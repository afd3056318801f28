"""Changing agreements: another card, another note, periods that are left out."""

from datetime import date

import pytest

from charges.models import ChargeStatus
from core import clock
from core.errors import InvalidField
from operations.factories import PaymentOptionFactory
from subscriptions.lifecycle.change import change_subscription, skip_periods
from subscriptions.models import SubscriptionStatus
from tests.subscriptions.agreeing import ME, agree, bill_until
from tests.subscriptions.stories import START, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_another_card_is_used_from_the_next_billing_on():
    subscription = agree("tok_test_decline_hard")
    bill_until("2027-02-02")
    option = PaymentOptionFactory(customer=subscription.customer, token="tok_test_approve")
    change_subscription(subscription.pk, actor=ME, payment_option=option, note="New card")
    bill_until("2027-03-02")
    statuses = subscription.charges.order_by("period").values_list("status", flat=True)
    assert list(statuses) == [ChargeStatus.FAILED, ChargeStatus.SUCCESS]
    assert fetch(subscription).note == "New card"


def test_a_skip_leaves_out_billings_and_a_fixed_term_makes_up_for_them():
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


def test_a_skip_starts_on_a_billing_date_to_come():
    subscription = agree()
    with clock.travel_to(START):
        for wrong in (date(2027, 2, 2), date(2027, 1, 1), date(9999, 12, 31)):
            with pytest.raises(InvalidField) as refusal:
                skip_periods(subscription.pk, actor=ME, length=1, effective_on=wrong)
            assert refusal.value.field == "effective_on"
        skip_periods(subscription.pk, actor=ME, length=2, effective_on=date(2027, 4, 1))
        with pytest.raises(InvalidField, match="left out already"):
            skip_periods(subscription.pk, actor=ME, length=3, effective_on=date(2027, 3, 1))
    bill_until("2027-06-02")
    dates = [charge.due_at.date() for charge in subscription.charges.order_by("period")]
    assert dates == [date(2027, month, 1) for month in (2, 3, 6)]
