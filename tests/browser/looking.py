"""Pieces of daily work that only look, or take a file along: what each shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from bookkeeping.figures.counting import count_figures
from charges.models import Charge, ChargeKind, ChargeStatus
from core import clock
from core.money import Money
from tests.backoffice.test_list_filters import read_sheet


class Work(NamedTuple):
    """A piece of work, who does it, in how many clicks at most, and how."""

    name: str
    role: str
    most: int
    do: Callable


def search_everything(clicks, rows):
    clicks.search("43.21", "43.21 USD, Heatmap export")
    assert "Blue Bakery" in clicks.read("main")


def search_id(clicks, rows):
    clicks.search(str(rows.charge.public_id)[:13], "43.21 USD, Heatmap export")


def search_day(clicks, rows):
    clicks.search(rows.long_ago.isoformat(), "Old kites")
    assert "Old kites" in clicks.read("main")


def search_sold(clicks, rows):
    """By the beginnings of words of what was sold."""
    clicks.search("export heat", "43.21 USD, Heatmap export")
    assert "Blue Bakery" in clicks.read("main")


def search_last_four(clicks, rows):
    """The digits on the card of who calls lead to the charge, not to the card alone."""
    clicks.search(rows.charge.payment_option.last4, "43.21 USD, Heatmap export")
    assert "Blue Bakery" in clicks.read("main")


def search_email(clicks, rows):
    clicks.search("dana@bluebakery", "dana@bluebakery.example")
    assert "Blue Bakery" in clicks.read("main")


def see_spend(clicks, rows):
    """What a customer has bought, with its sum."""
    clicks.search("blue bak", "Blue Bakery")
    clicks.link("Purchases")
    shown = clicks.read("main")
    bought = Charge.objects.filter(buyer=rows.seller, kind=ChargeKind.CHARGE)
    assert f"Charges {Money(sum(charge.total_minor for charge in bought), 'USD')}" in shown


def see_customer(clicks, rows):
    clicks.search("blue bak", "Blue Bakery")
    clicks.link("Timeline")
    shown = clicks.read("main")
    assert "Bought Heatmap export for 43.21 USD: Collected" in shown
    assert "Subscription to Chat themes, 19.00 USD a period: Payment being retried" in shown


def see_figures(clicks, rows):
    """What was collected in 30 days, once the worker has counted what happened until now."""
    count_figures()
    clicks.begin()
    for words in ("Recurring revenue by month", "Subscriptions lost", "Could not be collected"):
        clicks.sees(words)
    lately = clock.now() - timedelta(days=30)
    collected = Charge.objects.filter(
        kind=ChargeKind.CHARGE, status=ChargeStatus.SUCCESS, finished_at__gte=lately
    )
    assert rows.charge in collected
    assert clicks.figure("Collected") == str(Money(sum(each.total_minor for each in collected), "USD"))


def see_failures(clicks, rows):
    """The list says why each was declined and when it is tried again, and its page says so too."""
    clicks.concern("Subscriptions past due")
    declined = Charge.objects.filter(subscription=rows.failing).latest("pk")
    assert declined.failure_message
    for shows in ("#result_list", "main"):
        assert declined.failure_message in clicks.read(shows)
        assert "Next try on" in clicks.read(shows)
        if shows == "#result_list":
            clicks.row()


def send_journal(clicks, rows):
    clicks.link("Months")
    clicks.row()
    assert clicks.save("Journal as CSV").startswith(b"transaction_id,")


def export_list(clicks, rows):
    clicks.link("Charges")
    assert b"Heatmap export" in clicks.save("CSV")


def export_spreadsheet(clicks, rows):
    clicks.link("Charges")
    titles, *lines = [[text for _, text in line] for line in read_sheet(clicks.save("XLSX"))]
    assert {"id", "total", "buyer", "created_utc"} <= {*titles}
    [found] = [line for line in lines if str(rows.charge.public_id) in line]
    assert {"Heatmap export", "43.21", "Blue Bakery"} <= {*found}


def read_audit(clicks, rows):
    """Who gave which role to whom, and why."""
    clicks.link("Audit log")
    said = clicks.read(clicks.page.locator("#result_list tr", has_text="Change roles").first)
    for words in ("administrator", "new-colleague", "Support", "Agreed on the phone."):
        assert words in said


def read_who_moved_money(clicks, rows):
    """Who gave money back, how much, and why."""
    clicks.link("Audit log")
    said = clicks.read(clicks.page.locator("#result_list tr", has_text="Refund").first)
    for words in ("finance", "3.21", "Heatmap export", "Agreed on the phone."):
        assert words in said
