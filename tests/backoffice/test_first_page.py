"""The first page of the admin: money of a chosen time per currency, and what needs a look."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backoffice.first_page.charts import Column, draw_chart, split_days
from backoffice.first_page.period import Period, find_preset
from bookkeeping.models import DailyFigure, Figure, FigureMark
from core import clock
from operations.factories import UserFactory

INDEX = "/admin/"


def count(name, minor, *, day=None, currency="USD", livemode=True, count=1):
    DailyFigure.objects.create(
        name=name,
        livemode=livemode,
        currency=currency,
        day=day or clock.now().date(),
        amount_minor=minor,
        count=count,
    )


def read(staff, **query):
    """Return the tiles of each currency by their titles."""
    page = staff.get(INDEX, query)
    assert page.status_code == 200
    return {
        each.code: {tile.title: (tile.value, tile.remark) for tile in each.tiles}
        for each in page.context["currencies"]
    }


def test_money_comes_first_per_currency_and_beside_the_time_before(staff):
    today = clock.now().date()
    before = today - timedelta(days=40)
    count(Figure.COLLECTED, 150_000, count=3)
    count(Figure.COLLECTED, 100_000, day=before)
    count(Figure.OWED, 70_000, day=before)
    count(Figure.OWED, 5_000)
    count(Figure.RECOVERED, 1_900)
    count(Figure.COLLECTED, 500, currency="JPY")
    count(Figure.COLLECTED, 9, livemode=False)
    found = read(staff)
    assert list(found) == ["USD", "JPY"]
    assert found["USD"]["Collected"] == ("1,500.00 USD", "+50 % on the 30 days before")
    assert found["USD"]["Refunded"] == ("0.00 USD", "the same as the 30 days before")
    assert found["USD"]["Owed to sellers"][0] == "750.00 USD"
    assert found["USD"]["Recovered after a failure"] == ("19.00 USD", "1 charge; none in the 30 days before")
    assert found["JPY"]["Collected"][0] == "500 JPY"
    assert read(staff, test="1")["USD"]["Collected"][0] == "0.09 USD"
    days = {"period": "days", "start": str(before), "end": str(before)}
    assert read(staff, **days)["USD"]["Owed to sellers"][0] == "700.00 USD"


def test_subscriptions_say_what_a_month_brought_and_which_part_left(staff):
    last = find_preset("last-month", clock.now().date()).start
    before = find_preset("last-month", last).start
    count(Figure.RECURRING, 38_000, day=last, count=20)
    count(Figure.RECURRING, 40_000, day=before, count=25)
    count(Figure.LEFT, 0, day=last + timedelta(days=27), count=5)
    found = read(staff)["USD"]
    assert found["Recurring revenue"][0] == "380.00 USD"
    assert found["Subscriptions lost"] == ("20.0 %", f"5 of 25 in {last:%B %Y}")


def test_the_page_has_charts_without_script_or_inline_style_and_no_copy_of_the_menu(staff):
    count(Figure.COLLECTED, 100)
    page = staff.get(INDEX).content.decode()
    main = page.split('id="content"')[1].split("x-data")[0]
    assert main.count("<svg") == 2
    assert "style=" not in main
    assert "<script" not in main
    assert "Charges accepted, not activated" in main
    assert "/add/" not in main


@pytest.mark.parametrize(
    "query",
    [
        {"period": "nonsense"},
        {"period": "days"},
        {"period": "days", "start": "2026-02-30", "end": "x"},
        {"period": "days", "start": "2026-03-01", "end": "2026-01-01"},
        {"period": "days", "start": "0001-01-01", "end": "9999-12-31"},
        {"period": "days", "start": "9999-12-30", "end": "9999-12-31"},
    ],
    ids=str,
)
def test_a_time_that_is_none_shows_the_usual_one_and_says_why(staff, query):
    page = staff.get(INDEX, query)
    assert page.status_code == 200
    assert page.context["period"].days == 30
    assert page.context["form"].errors


def test_who_may_not_see_balances_sees_no_money(staff):
    person = UserFactory(staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename="view_subscription"))
    client = Client()
    client.force_login(person)
    page = client.get(INDEX)
    assert "currencies" not in page.context
    assert "Subscriptions past due" in page.content.decode()
    assert "Collected" not in page.content.decode()


def test_the_page_costs_the_same_for_more_days_and_counts_no_table(staff):
    FigureMark.objects.create(id=1, counted_at=clock.now())
    staff.get(INDEX)
    with CaptureQueriesContext(connection) as few:
        staff.get(INDEX, {"period": "7"})
    for days in range(60):
        count(Figure.COLLECTED, 100, day=clock.now().date() - timedelta(days=days))
    with CaptureQueriesContext(connection) as many:
        staff.get(INDEX, {"period": "365"})
    assert len(few) == len(many) <= 41
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]


def test_columns_are_days_weeks_or_months_without_a_gap():
    start = date(2026, 1, 15)
    for days, columns in ((1, 1), (31, 31), (32, 5), (120, 18), (365, 13)):
        period = Period(start, start + timedelta(days=days - 1))
        parts = split_days(period.start, period.end)
        assert len(parts) == columns
        assert (parts[0][0], parts[-1][1]) == (period.start, period.end)
        assert all(last + timedelta(days=1) == first for (_, last, _), (first, _, _) in pairwise(parts))


def test_bars_fill_the_chart_and_stay_inside_it():
    chart = draw_chart("c", [Column("a", 300, 100), Column("b", -5, 0)], "USD", up_name="u", down_name="d")
    first, second = chart.bars
    assert (first.up_y, first.up_height, first.down_height, chart.line) == (0, 120, 40, 120)
    assert (second.up_height, second.down_height) == (0, 0)
    assert draw_chart("c", [Column("a", 0)], "USD", up_name="u").line == 160
