"""What the payment of a period changes for its subscription: the rules alone, without a database."""

import pytest

from subscriptions.models import SubscriptionStatus
from subscriptions.renewal.outcomes import apply_payment
from tests.charges.collection.rows import changed
from tests.subscriptions.renewal.rows import RUNNING, day, pay

pytestmark = pytest.mark.rules

AT = day("2027-03-01")
ANY_DAY = day("2027-02-01")
RETRIED = pay(is_paid=False, retry_at=day("2027-03-02"), message="Not enough money.")
LOST = pay(is_paid=False, message="Stolen.")
ENDED = ("pending", "accepted", "declined", "frozen", "cancelled", "expired")

# What a subscription becomes, by its status and the news; whether its next period waits for this one.
BECOMES = [
    ("processed", pay(), True, "active"),
    ("active", pay(), True, "active"),
    ("past_due", pay(), True, "active"),
    ("processed", RETRIED, True, "processed"),
    ("active", RETRIED, True, "past_due"),
    ("past_due", RETRIED, True, "past_due"),
    ("active", RETRIED, False, "past_due"),
    ("processed", LOST, True, "frozen"),
    ("active", LOST, True, "frozen"),
    ("past_due", LOST, True, "frozen"),
    ("processed", LOST, False, "processed"),
    ("active", LOST, False, "active"),
    ("past_due", LOST, False, "past_due"),
]


def changes(payment, **fields) -> dict:
    row = RUNNING._replace(**fields)
    return changed(row, apply_payment(row, payment).after)


@pytest.mark.parametrize(("status", "payment", "waits", "becomes"), BECOMES)
def test_a_payment_moves_a_running_subscription(status, payment, waits, becomes):
    move = apply_payment(RUNNING._replace(status=status, waits_for_payment=waits), payment)
    assert (move.before.status, move.after.status) == (status, becomes)


@pytest.mark.parametrize("payment", [pay(), RETRIED, LOST])
@pytest.mark.parametrize("status", ENDED)
def test_one_that_does_not_run_stays_as_it_is(status, payment):
    assert apply_payment(RUNNING._replace(status=status, due_at=None), payment) is None


def test_every_status_is_in_one_of_the_tables():
    assert {status for status, *_ in BECOMES} | set(ENDED) == set(SubscriptionStatus.values)


def test_a_payment_moves_the_dates_that_clients_read():
    assert changes(pay()) == {
        "current_charge_at": day("2027-02-28"),
        "next_charge_at": day("2027-03-31"),
        "updated_at": AT,
    }


def test_a_payment_makes_the_period_due_that_waited_for_it():
    assert changes(pay(), status="past_due", due_at=None)["due_at"] == day("2027-03-31")


def test_a_held_subscription_is_not_made_due_by_a_payment():
    assert "due_at" not in changes(pay(), due_at=None, held_at=ANY_DAY)


def test_a_late_payment_of_an_earlier_period_does_not_move_the_dates_back():
    fields = {"waits_for_payment": False, "current_charge_at": day("2027-02-28"), "period": 3}
    assert changes(pay(0, "2027-01-31"), **fields) == {"updated_at": AT}


def test_the_rest_of_an_invoice_moves_no_dates():
    assert changes(pay(None), waits_for_payment=False) == {"updated_at": AT}


def test_while_a_payment_is_retried_the_next_period_waits_where_it_has_to():
    assert changes(RETRIED) == {"status": "past_due", "due_at": None, "updated_at": AT}
    assert changes(RETRIED, waits_for_payment=False) == {"status": "past_due", "updated_at": AT}


def test_freezing_ends_the_schedule_and_a_hold():
    assert changes(LOST, held_at=ANY_DAY, held_reason="Missed.", due_at=None) == {
        "status": "frozen",
        "frozen_at": AT,
        "held_at": None,
        "held_reason": "",
        "updated_at": AT,
    }


@pytest.mark.parametrize(("period", "due"), [(1, "2027-02-28"), (None, "2027-02-28")])
def test_with_the_last_payment_of_a_fixed_length_it_expires(period, due):
    fields = {"waits_for_payment": False, "length": 2, "due_at": None}
    found = changes(pay(period, due), **fields)
    assert (found["status"], found["expired_at"]) == ("expired", AT)


@pytest.mark.parametrize(
    ("due", "fields"),
    [
        ("2027-01-31", {"length": 2, "due_at": None}),
        ("2027-02-28", {"length": 3}),
        ("2027-02-28", {"length": None, "due_at": None}),
    ],
)
def test_it_does_not_expire_before(due, fields):
    assert "expired_at" not in changes(pay(None, due), waits_for_payment=False, **fields)


@pytest.mark.parametrize(
    ("payment", "reason"),
    [(pay(), "The period from 2027-02-28 is paid."), (RETRIED, "Not enough money."), (LOST, "Stolen.")],
)
def test_the_history_tells_why(payment, reason):
    assert apply_payment(RUNNING, payment).reason == reason


def test_another_failure_of_one_that_is_past_due_leaves_no_history():
    assert apply_payment(RUNNING._replace(status="past_due"), RETRIED).reason == ""
