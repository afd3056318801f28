"""Figures by day say what the ledger and the subscriptions say, and each row is counted once."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection

from bookkeeping.figures import counting
from bookkeeping.figures.counting import count_figures
from bookkeeping.figures.reading import read_counted_at, read_owed, read_series
from bookkeeping.models import DailyFigure, Figure, FigureMark
from charges.collection.single import collect_charge
from charges.models import Charge
from charges.refunds.ask import ask_refund
from core import clock
from customers.credentials import seal_processor_key
from events.models import Event
from events.reading import read_horizon
from ledger.balances import read_seller_balance
from operations.factories import (
    CallerFactory,
    ChargeFactory,
    MerchantFactory,
    PlanFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.cancel import cancel_subscription, end_due_subscriptions
from tests.subscriptions.clients import subscribe
from tests.webhooks.receiver import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
EVER = {"start": date(2025, 1, 1), "end": date(2028, 1, 1)}


def count_all():
    newest = max(Event.objects.values_list("xact", flat=True))
    wait_until(lambda: read_horizon() > newest)
    assert count_figures()


def figures(livemode=True):
    """Return what each figure comes to, as cents and count."""
    read = read_series(**EVER, livemode=livemode).get("USD", {})
    sums = {name: list(days.values()) for name, days in read.items()}
    return {
        name.value: (sum(each.amount_minor for each in days), sum(each.count for each in days))
        for name, days in sums.items()
    }


@pytest.fixture
def year():
    """What one seller sold: collected, given back in part, test money, a year in advance; and a failure."""
    caller = CallerFactory()
    with clock.travel_to(THEN):
        charge = ChargeFactory(caller=caller, collected=True, price_minor=1_000, quantity=1)
        ask_refund(charge_id=charge.pk, amount_minor=300, actor="staff:root", reason="too much")
        collect_charge(Charge.objects.get(kind="refund").pk)
        ChargeFactory(failed=True, price_minor=50, quantity=1)
        ChargeFactory(caller=caller, collected=True, test=True, price_minor=7, quantity=1)
    SubscriptionFactory(caller=caller, active=True, at=THEN, frequency="yearly", price_minor=12_005)
    # None of the marketplace's money: it is on the account of the merchant itself.
    merchant = MerchantFactory(sealed_processor_key=seal_processor_key("its-own"))
    assert subscribe(PlanFactory(merchant=merchant)).charges.get().status == "success"
    return caller


def test_each_row_is_counted_once_however_often_and_at_once_one_counts(year):
    count_all()
    counters = [Thread(target=lambda: (count_figures(), connection.close())) for _ in range(3)]
    [counter.start() for counter in counters]
    [counter.join() for counter in counters]
    found = figures()
    assert found["collected"] == (13_005, 2)
    assert found["refunded"] == (300, 1)
    assert found["commission"][0] == 200 - 60 + 2_401
    assert found["failed"] == (50, 1)
    assert found["recurring"] == (12_005, 12)
    assert figures(livemode=False)["collected"] == (7, 1)
    seller = Charge.objects.filter(test=True).get().payee_id
    assert read_owed(EVER["end"], livemode=True)["USD"] == read_seller_balance(
        organization_id=seller, currency="USD"
    )
    before = list(DailyFigure.objects.order_by("name", "day").values_list("name", "day", "amount_minor"))
    call_command("recount_figures")
    again = list(DailyFigure.objects.order_by("name", "day").values_list("name", "day", "amount_minor"))
    assert before == again
    FigureMark.objects.update(xact=2**40)
    assert count_figures()
    assert FigureMark.objects.get().xact == 2**40


def list_before_today():
    """All figures but those of today, which is the first of a month now and then and has some."""
    others = DailyFigure.objects.exclude(day=clock.now().date())
    return list(others.order_by("name", "livemode", "day").values("name", "day", "amount_minor"))


def test_history_is_counted_in_pieces_and_gone_on_with_after_a_crash(year, monkeypatch):
    count_all()
    whole = list_before_today()
    monkeypatch.setattr(counting, "ROWS", 2)
    counting.recount_figures()
    assert counting._count_since()
    for _ in range(3):  # As far as a process has come that was killed.
        assert counting._count_piece()
    assert read_counted_at() is None
    ChargeFactory(caller=year, collected=True, price_minor=1, quantity=1)
    counters = [Thread(target=lambda: (count_figures(), connection.close())) for _ in range(3)]
    [counter.start() for counter in counters]
    [counter.join() for counter in counters]
    count_all()
    assert read_counted_at() is not None
    assert FigureMark.objects.get().history_xact is None
    assert figures()["collected"] == (13_006, 3)
    assert list_before_today() == whole


def test_a_year_is_spread_over_its_months_to_the_cent(year):
    count_all()
    months = read_series(**EVER, livemode=True)["USD"][Figure.RECURRING]
    assert sorted(months) == [date(2026 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(1, 13)]
    assert sorted(sums.amount_minor for sums in months.values()) == [1_000] * 7 + [1_001] * 5


def test_who_stops_paying_and_cancels_then_is_lost_once_and_who_never_paid_not_at_all():
    frozen = SubscriptionFactory(frozen=True)
    cancel_subscription(frozen.pk, actor="staff:root", reason="asked")
    never = SubscriptionFactory(activated=True, trial_days=7)
    cancel_subscription(never.pk, actor="staff:root", reason="asked")
    weekly = SubscriptionFactory(active=True, at=clock.now() - timedelta(days=1), frequency="weekly")
    cancel_subscription(weekly.pk, actor="staff:root", reason="asked")
    later = SubscriptionFactory(frozen=True)
    ends_on = clock.now().date() + timedelta(days=1)
    cancel_subscription(later.pk, actor="staff:root", reason="asked", effective_on=ends_on)
    with clock.travel_to(clock.now() + timedelta(days=2)):
        assert end_due_subscriptions() == 1
    count_all()
    assert figures()["left"] == (0, 3)
