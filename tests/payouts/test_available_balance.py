"""What a seller can be paid: what it is owed, less young sales, what goes back, and what is disputed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from charges.refunds.make import refund_charge
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import ChargeFactory, CustomerFactory, MerchantFactory, PayoutFactory, PlanFactory
from operations.factories.payouts import earn
from payouts.available import PARTS, AvailableBalance, read_available
from tests.charges.scripted_gateway import report
from tests.payouts.steps import ask
from tests.subscriptions.clients import subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
YOUNG, OLD = timedelta(days=6, hours=23), timedelta(days=7, hours=1)


def read(seller, currency="EUR") -> AvailableBalance:
    return read_available(organization_id=seller.pk, currency=currency)


def balance(owed, held=0, leaving=0, disputed=0, currency="EUR") -> AvailableBalance:
    return AvailableBalance(currency, owed, held, leaving, disputed)


def sold(seller, cents, age) -> Charge:
    earn(seller, cents, age=age)
    return Charge.objects.filter(payee=seller).latest("pk")


def refund(charge, cents, *, paid=True) -> None:
    made = refund_charge(charge, amount_minor=cents, due_at=None)
    if paid:
        collect_charge(made.pk)


def dispute(charge, status, cents=None) -> None:
    record_dispute(Asked("sandbox", report(charge, status=status, amount=cents, fee=0), clock.now()))


def test_a_seller_that_never_sold_has_nothing(seller):
    assert read(seller) == balance(0)


def test_sales_are_held_for_a_week_and_then_free(seller):
    sold(seller, 10_000, OLD)
    sold(seller, 3_000, YOUNG)
    assert read(seller) == balance(13_000, held=3_000)
    assert read(seller).available_minor == 10_000
    with clock.travel_to(clock.now() + timedelta(hours=2)):
        assert read(seller).available_minor == 13_000


@pytest.mark.parametrize("days", [0, 30])
def test_how_long_is_a_setting(seller, settings, days):
    settings.PAYOUT_HOLD_DAYS = days
    sold(seller, 10_000, OLD)
    assert read(seller).available_minor == (10_000 if days == 0 else 0)


def test_the_commission_was_never_the_sellers(seller):
    with clock.travel_to(clock.now() - OLD):
        ChargeFactory(
            collected=True,
            price_minor=10_000,
            quantity=1,
            caller__application__organization=seller,
            caller__application__commission_percent=20,
        )
    assert read(seller).available_minor == 8_000


def test_the_refund_of_a_young_sale_takes_nothing_of_older_ones(seller):
    sold(seller, 10_000, OLD)
    refund(sold(seller, 4_000, YOUNG), 1_000)
    assert read(seller) == balance(13_000, held=3_000)


def test_a_refund_counts_from_when_it_is_asked_for(seller):
    charge = sold(seller, 10_000, OLD)
    refund(charge, 1_500, paid=False)
    assert read(seller) == balance(10_000, leaving=1_500)
    collect_charge(Charge.objects.get(kind="refund").pk)
    assert read(seller) == balance(8_500)


def test_a_dispute_of_a_free_sale_is_out_of_what_is_owed_from_its_opening_on_and_once(seller):
    charge = sold(seller, 10_000, OLD)
    dispute(charge, DisputeStatus.OPENED, 2_000)
    assert read(seller) == balance(8_000)
    dispute(charge, DisputeStatus.LOST, 2_000)
    assert read(seller) == balance(8_000)


def test_a_dispute_that_is_won_is_free_again(seller):
    charge = sold(seller, 10_000, OLD)
    dispute(charge, DisputeStatus.OPENED)
    dispute(charge, DisputeStatus.WON)
    assert read(seller) == balance(10_000)


@pytest.mark.parametrize("status", [DisputeStatus.OPENED, DisputeStatus.LOST])
def test_a_dispute_of_a_young_sale_takes_nothing_of_older_ones(seller, status):
    sold(seller, 10_000, OLD)
    dispute(sold(seller, 4_000, YOUNG), status, 1_500)
    assert read(seller) == balance(12_500, held=2_500)
    assert read(seller).available_minor == 10_000


def test_what_is_on_its_way_to_customers_is_kept_back(seller):
    sold(seller, 10_000, OLD)
    merchant = MerchantFactory(organization=seller, daily_payout_limit_minor=0)
    plan = PlanFactory(merchant=merchant, kind="disbursement", amount_minor=700, currency="EUR")
    subscribe(plan, CustomerFactory(merchant=merchant))
    assert Charge.objects.get(kind="disbursement").status == "processed"
    assert read(seller) == balance(10_000, leaving=700)


def test_a_balance_below_zero_is_told_and_nothing_is_available(seller):
    charge = sold(seller, 10_000, OLD)
    ask(seller, 9_000)
    refund(charge, 5_000)
    assert read(seller).available_minor == -4_000
    assert read(seller).available.amount_minor == 0


def test_test_money_and_other_sellers_and_currencies_do_not_count(seller, settings):
    sold(seller, 10_000, OLD)
    earn(seller, 500, age=OLD, test=True)
    settings.DEFAULT_CURRENCY = "JPY"
    earn(seller, 700, age=OLD)
    PayoutFactory()
    assert read(seller) == balance(10_000)
    assert read(seller, "JPY") == balance(700, currency="JPY")


def test_no_table_of_money_is_read_through(seller):
    """Which of its indexes the planner takes depends on the statistics of a nearly empty table."""
    said = {"seller": seller.pk, "currency": "EUR", "free_until": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {PARTS}", said)
        plan = "".join(line for (line,) in cursor.fetchall())
    assert "Index Scan" in plan
    assert not re.search("Seq Scan on (charges|ledger)_", plan)


def test_it_is_one_statement(seller):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(seller)
    assert len(queries) == 1
