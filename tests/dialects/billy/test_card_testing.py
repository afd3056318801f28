"""Subscriptions that try one card after the other are slowed before the processor is asked."""

from datetime import timedelta

import pytest

from charges.models import CardTesting, CardTry
from subscriptions.models import Subscription
from tests.dialects.billy.world import START, iso, later

pytestmark = pytest.mark.slow

DECLINED = "/v1/marketplaces/MP1/cards/decline_hard"


@pytest.fixture(autouse=True)
def _small_limit(settings):
    settings.CARDS_PER_CALLER = 4


def subscribe(company, plan, source=DECLINED, **parameters):
    return company.subscribe(plan=plan, payment_uri=source, **parameters)


@pytest.mark.parametrize("source", [DECLINED, DECLINED.replace("cards/decline_hard", "cards/timeout_after")])
def test_cards_that_pay_nothing_are_slowed_with_a_time_to_come_back(frozen, company, source):
    plan = company.plan()
    answers = [subscribe(company, plan, source) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert answers[-1]["Retry-After"] == "600"
    assert "Too many cards" in answers[-1].content.decode()
    assert Subscription.objects.count() == 4
    with later(minutes=10):
        assert subscribe(company, plan).status_code == 200


def test_another_company_and_customers_who_pay_are_not_slowed(frozen, company, other):
    for _ in range(6):
        subscribe(company, company.plan())
    assert subscribe(other, other.plan()).status_code == 200
    assert {subscribe(other, other.plan(), "/v1/cards/CC1").status_code for _ in range(8)} == {200}
    assert CardTesting.objects.get().subject == f"merchant:{CardTry.objects.first().caller[9:]}"


def test_starts_of_later_days_and_payouts_are_no_tries(frozen, company):
    next_week = iso(START + timedelta(days=7))
    answers = [subscribe(company, company.plan(), started_at=next_week) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    assert {subscribe(company, company.plan(plan_type="payout")).status_code for _ in range(6)} == {200}
    assert CardTry.objects.count() == 0


def test_what_is_repeated_under_an_idempotency_key_is_one_try(frozen, company):
    customer, plan = company.customer(), company.plan()
    asked = {"customer_guid": customer["guid"], "plan_guid": plan["guid"], "payment_uri": DECLINED}
    for _ in range(6):
        assert company.post("subscriptions", asked, Idempotency_Key="made-up-1").status_code == 200
    assert CardTry.objects.count() == 1


def test_a_record_of_another_company_is_no_try(frozen, company, other):
    assert company.subscribe(customer=other.customer(), payment_uri=DECLINED).status_code == 403
    assert CardTry.objects.count() == 0
