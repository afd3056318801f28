"""Reminders are queued once, in time, and for nothing that is over."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from customers.models import PaymentOption
from mail.compose import compose_mail
from mail.digest import digest_for_staff
from mail.kinds import Kind
from mail.models import Mail
from mail.reminders import remind
from operations.factories import SubscriptionFactory, UserFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from tests.mail.steps import make_caller

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 4, 10, tzinfo=UTC)


def at(**later):
    return clock.travel_to(AT + timedelta(**later))


def count(kind: Kind) -> int:
    return Mail.objects.filter(kind=kind).count()


def test_the_end_of_a_trial_is_told_once():
    SubscriptionFactory(caller=make_caller(), activated=True, trial_days=14, at=AT)
    for days, told in ((10.9, 0), (11, 1), (11.1, 1), (13, 1)):
        with at(days=days):
            remind()
        assert count(Kind.TRIAL_ENDS) == told


def test_a_trial_that_is_cancelled_before_the_mail_goes_out_is_not_told():
    subscription = SubscriptionFactory(caller=make_caller(), activated=True, trial_days=14, at=AT)
    with at(days=11):
        remind()
        cancel_subscription(subscription.pk, actor="test")
        assert compose_mail(Mail.objects.get()) is None


def test_looking_costs_the_same_for_one_trial_and_for_many(django_assert_num_queries):
    for _ in range(3):
        SubscriptionFactory(activated=True, trial_days=14, at=AT)
    with at(days=11), django_assert_num_queries(7):
        remind()
    assert count(Kind.TRIAL_ENDS) == 3


def test_a_card_is_told_in_the_month_before_its_last():
    caller = make_caller()
    SubscriptionFactory(caller=caller, active=True, at=AT)
    PaymentOption.objects.update(exp_year=2027, exp_month=2)
    for now, told in ((AT, 0), (AT + timedelta(days=30), 1), (AT + timedelta(days=40), 1)):
        with clock.travel_to(now):
            remind()
        assert count(Kind.CARD_EXPIRES) == told


def test_a_card_that_was_renewed_before_the_mail_goes_out_is_not_told():
    SubscriptionFactory(caller=make_caller(), active=True, at=AT)
    PaymentOption.objects.update(exp_year=2027, exp_month=1)
    with at():
        remind()
        PaymentOption.objects.update(exp_year=2031)
        assert compose_mail(Mail.objects.get()) is None


def test_a_card_that_pays_for_nothing_is_not_told():
    subscription = SubscriptionFactory(caller=make_caller(), active=True, at=AT)
    PaymentOption.objects.update(exp_year=2027, exp_month=1)
    with at():
        cancel_subscription(subscription.pk, actor="test")
        remind()
    assert count(Kind.CARD_EXPIRES) == 0


def test_staff_get_one_digest_a_day_of_what_they_may_see():
    SubscriptionFactory(held=True, at=AT - timedelta(days=200))
    UserFactory(username="kim", email="Kim@marketplace.example", superuser=True)
    UserFactory(username="lee", email="lee@marketplace.example", staff=True)
    UserFactory(username="max", staff=True)
    for later, told in ((0, 1), (6, 1), (24, 2)):
        with at(hours=later):
            digest_for_staff()
        assert count(Kind.STAFF_DIGEST) == told
    assert set(Mail.objects.values_list("address", flat=True)) == {"kim@marketplace.example"}


def test_where_all_is_well_staff_are_left_in_peace():
    UserFactory(username="kim", email="kim@marketplace.example", superuser=True)
    assert digest_for_staff() == 0
