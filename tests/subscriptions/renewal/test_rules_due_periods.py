"""What a due subscription is charged for its next period: the rules alone, without a database."""

from datetime import timedelta

import pytest

from charges.models import MAX_QUANTITY
from core.money import Money
from subscriptions.renewal.due_periods import compute_period, compute_periods_due, find_obstacle, must_wait
from subscriptions.renewal.skips import SkippedPeriods
from tests.subscriptions.renewal.rows import DUE, day

pytestmark = pytest.mark.rules

NOW = day("2027-02-28")


def compute(quantity: int = 1, skips=(), now=NOW, **fields):
    return compute_period(DUE._replace(**fields), quantity, skips, now)


def sort_out(*rows, seats=None, skips=None):
    return compute_periods_due(rows, seats=seats or {}, skips=skips or {}, now=NOW)


def test_a_period_is_charged_at_its_price_with_its_commission():
    due = compute()
    assert (due.quantity, due.total, due.commission_minor) == (1, Money(1000, "USD"), 200)
    assert (due.gateway, due.token, due.instant) == ("sandbox", "tok", NOW)
    assert due.next_due_at == day("2027-03-31")


@pytest.mark.parametrize(("quantity", "total", "commission"), [(3, 3000, 600), (7, 7000, 1400)])
def test_seats_multiply_the_price(quantity, total, commission):
    due = compute(quantity, per_account=True)
    assert (due.total.amount_minor, due.commission_minor) == (total, commission)


def test_in_a_rehearsal_each_period_is_charged_at_its_own_instant():
    assert compute(now=NOW - timedelta(days=3)).instant == NOW
    assert compute(now=NOW + timedelta(days=3)).instant == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("waits", "now", "next_due_at"),
    [
        (True, "2027-02-28", "2027-03-31"),
        (True, "2027-04-15", None),
        (False, "2027-04-15", "2027-03-31"),
    ],
)
def test_the_next_period_is_due_at_its_start_unless_it_has_to_wait(waits, now, next_due_at):
    due = compute(now=day(now), waits_for_payment=waits)
    assert due.next_due_at == (next_due_at and day(next_due_at))


@pytest.mark.parametrize(("length", "is_last"), [(None, False), (3, False), (2, True)])
def test_nothing_follows_the_last_period(length, is_last):
    due = compute(length=length)
    assert (due.is_last, due.next_due_at is None) == (is_last, is_last)


def test_a_skipped_period_is_not_billed_and_one_more_follows_at_the_end():
    due = compute(length=2, skips=[SkippedPeriods(1, 1)])
    assert (due.is_skipped, due.is_last) == (True, False)


@pytest.mark.parametrize(
    ("fields", "is_plain"),
    [
        ({}, True),
        ({"kind": "disbursement"}, False),
        ({"payment_option__gateway_token": None, "customer_id": 1}, False),
        ({"payment_option__gateway_token": None, "customer_id": 1, "funding_source": "card"}, False),
        (
            {
                "payment_option__gateway_token": None,
                "customer_id": 1,
                "customer__processor_reference": "known",
            },
            True,
        ),
    ],
)
def test_only_a_charge_with_a_token_is_planned_with_the_others(fields, is_plain):
    assert compute(**fields).is_plain == is_plain


@pytest.mark.parametrize(
    ("fields", "is_chargeable"),
    [
        ({"price_minor": 0}, True),
        ({"bills_by_invoice": True}, True),
        ({"bills_by_invoice": True, "price_minor": 0}, False),
        ({"bills_by_invoice": True, "payment_option__is_active": False}, False),
        ({"bills_by_invoice": True, "payment_option__is_active": None}, False),
    ],
)
def test_of_an_invoice_only_what_is_open_is_charged_and_only_to_an_active_option(fields, is_chargeable):
    assert compute(**fields).is_chargeable == is_chargeable


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, False),
        ({"current_charge_at": None}, True),
        ({"period": 2}, True),
        ({"period": 2, "waits_for_payment": False}, False),
        ({"period": 0, "current_charge_at": None}, False),
        ({"period": 2, "first_period": 2}, False),
        ({"period": 2, "anchor_period": 2}, False),
        ({"period": 2, "current_charge_at": day("2027-02-28")}, False),
    ],
)
def test_a_period_waits_for_the_payment_of_the_one_before(fields, waits):
    assert must_wait(DUE._replace(**fields)) == waits


@pytest.mark.parametrize(
    ("quantity", "now", "fields", "obstacle"),
    [
        (1, "2027-02-28", {}, ""),
        (0, "2027-02-28", {}, "0 accounts at 10.00 USD"),
        (MAX_QUANTITY + 1, "2027-02-28", {}, "10001 accounts"),
        (MAX_QUANTITY, "2027-02-28", {"price_minor": 9_999}, ""),
        (MAX_QUANTITY, "2027-02-28", {"price_minor": 10_000}, "10000 accounts"),
        (1, "2027-05-30", {}, ""),
        (1, "2027-05-31", {}, "More than 3 periods were missed."),
        (1, "2027-05-31", {"catch_up_limit": None}, ""),
        (1, "2027-05-31", {"released_through": day("2027-05-31")}, ""),
        (1, "2027-06-30", {"released_through": day("2027-05-30")}, "More than 3 periods were missed."),
        (1, "2027-02-28", {"interval": 100_000, "period": 0}, "end of the calendar"),
    ],
)
def test_what_cannot_be_billed_is_found_before_it_is_tried(quantity, now, fields, obstacle):
    found = find_obstacle(DUE._replace(**fields), quantity, (), day(now))
    assert obstacle in found
    assert bool(found) == bool(obstacle)


@pytest.mark.parametrize(
    ("now", "fields", "skips", "is_held"),
    [
        ("2027-05-31", {"waits_for_payment": False}, [], True),
        ("2027-05-31", {"waits_for_payment": False}, [SkippedPeriods(2, 1)], False),
        ("2027-06-30", {"waits_for_payment": False}, [SkippedPeriods(2, 1)], True),
        ("2027-12-31", {"length": 4}, [], False),
        ("2027-12-31", {"length": 5}, [], True),
        ("2027-12-31", {"length": 4}, [SkippedPeriods(2, 2)], False),
    ],
)
def test_only_what_would_be_billed_counts_as_missed(now, fields, skips, is_held):
    found = find_obstacle(DUE._replace(**fields), 1, skips, day(now))
    assert found == ("More than 3 periods were missed." if is_held else "")


def test_due_subscriptions_are_billed_or_wait_or_are_held():
    waiting = DUE._replace(id=1, current_charge_at=None)
    held = DUE._replace(id=2, per_account=True, buyer_id=8)
    billed = DUE._replace(id=3, per_account=True, buyer_id=9)
    due = sort_out(waiting, held, billed, seats={9: 4})
    assert [row.id for row in due.waiting] == [1]
    assert [(hold.subscription_id, hold.status) for hold in due.holds] == [(2, "active")]
    assert [(period.row.id, period.quantity) for period in due.periods] == [(3, 4)]
