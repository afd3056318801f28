"""GoCardless lists what was asked for in a time, collected and refunded, with the day on which it was."""

from datetime import timedelta

from core import clock
from core.money import Money
from tests.gateway.gocardless_movements import ask_charge, ask_refund


def test_the_list_has_what_was_collected_and_refunded_and_nothing_else(gateway, stand_in, mandate):
    since = clock.now() - timedelta(minutes=1)
    paid = gateway.charge(ask_charge(mandate)).reference
    gateway.charge(ask_charge(mandate, "waits"))
    stand_in.books.advance(paid, "confirmed")
    back = gateway.refund(ask_refund(paid, pence=300)).reference
    gateway.refund(ask_refund(paid, "r2", 100))
    stand_in.books.get("refunds", back)["status"] = "paid"
    soon = clock.now() + timedelta(minutes=1)
    listed = {each.reference: each for each in gateway.list_bookings(since=since, before=soon)}
    assert {name: each.money for name, each in listed.items()} == {
        paid: Money(500, "GBP"),
        back: Money(-300, "GBP"),
    }
    assert listed[paid].fee is None
    made = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    stand_in.books.get("payments", paid)["charge_date"] = made
    moved = {each.reference: each.moved_at for each in gateway.list_bookings(since=since, before=soon)}
    assert f"{moved[paid]:%Y-%m-%d}" == made
    assert not list(gateway.list_bookings(since=since - timedelta(days=9), before=since - timedelta(days=8)))
