"""The daily work of staff in a browser: each piece by the role that does it, in so many clicks at most."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from playwright.sync_api import Error as PlaywrightError

from bookkeeping.closing import prepare_months
from bookkeeping.figures.counting import count_figures
from bookkeeping.models import Difference
from bookkeeping.tasks import close_months
from charges.models import Attempt, Charge
from core import clock
from customers.models import Account, Application
from gateway.registry import get_gateway
from ledger.models import Correction, Month
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    PayoutFactory,
    SubscriptionFactory,
    UserFactory,
)
from payouts.models import Payout
from subscriptions.models import Subscription
from tests.backoffice.second_factors import add_app, code_of
from tests.browser.clicks import Clicks, join, let_in, log_in_as
from tests.browser.looking import (
    Work,
    export_list,
    export_spreadsheet,
    read_audit,
    read_who_moved_money,
    search_day,
    search_email,
    search_everything,
    search_id,
    search_last_four,
    search_sold,
    see_customer,
    see_failures,
    see_figures,
    see_spend,
    send_journal,
)
from tests.charges.attempt_review.reviewing import doubtful, reference_of
from tests.charges.refunds.asking import paid
from tests.movements import make_movement

LAST_MONTH = timedelta(days=32)


@pytest.fixture
def shop(live_server):
    """What an ordinary day brings; Blue Bakery buys."""
    bakery = OrganizationFactory(name="Blue Bakery")
    baker = CallerFactory(account=AccountFactory(organization=bakery, email="dana@bluebakery.example"))
    PaymentOptionFactory(organization=bakery)
    month_ago = clock.now() - LAST_MONTH
    with clock.travel_to(month_ago):
        ChargeFactory(collected=True, name="Old kites")
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))
    rows = SimpleNamespace(
        charge=paid(4_321, name="Heatmap export", caller=baker),
        attempt=doubtful(),
        failing=SubscriptionFactory(past_due=True, name="Chat themes", caller=baker),
        payout=PayoutFactory(),
        colleague=UserFactory(username="new-colleague"),
        seller=bakery,
        long_ago=month_ago.date(),
    )
    prepare_months()
    count_figures()
    return rows


def refund(clicks, rows):
    clicks.search("43.21", "43.21 USD, Heatmap export")
    clicks.link("Refund")
    clicks.press("Go on", amount="3.21")
    clicks.press("Refund")
    assert Charge.objects.get(refund_of=rows.charge).total_minor == 321


def settle_review(clicks, rows):
    clicks.concern("Attempts for a person to settle")
    clicks.row()
    clicks.link("Settle")
    clicks.choose("outcome", label="The money has moved")
    clicks.press("Go on", reference=reference_of(rows.attempt))
    clicks.press("Settle")
    assert Attempt.objects.get(pk=rows.attempt.pk).state == "succeeded"


def ask_for_payout(clicks, rows):
    clicks.link("Payout accounts")
    clicks.row()
    clicks.link("Ask for a payout")
    clicks.press("Ask for a payout", amount="10.00")
    assert Payout.objects.count() == 2


def approve_payout(clicks, rows):
    clicks.concern("Payouts that wait for approval")
    clicks.row("50.00")
    clicks.link("Approve payout")
    clicks.press("Approve payout")
    assert Payout.objects.get(pk=rows.payout.pk).status == "approved"


def pay_by_hand(clicks, rows):
    clicks.link("Payouts")
    clicks.row("50.00")
    clicks.link("Record that it was made by hand")
    clicks.press("Record that it was made by hand", reference="BANK-77")
    clicks.link("Mark as paid")
    clicks.press("Mark as paid")
    assert Payout.objects.get(pk=rows.payout.pk).status == "settled"


def ask_for_correction(clicks, rows):
    clicks.link("Corrections")
    clicks.follow(clicks.page.locator('main a[href$="/add/"], a[href$="/correction/add/"]').first)
    clicks.choose("line_1_account", value="buyer_clearing")
    clicks.choose("line_2_account", value="commission_revenue")
    paper = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"One cent more."}
    clicks.page.set_input_files("#id_attachment", files=[paper])
    clicks.press("Ask for approval", line_1_amount="0.01", line_2_amount="0.01")
    assert Correction.objects.get().approval.status == "requested"


def approve_correction(clicks, rows):
    clicks.concern("Requests that wait for a second person")
    clicks.row("Correction of the books")
    clicks.link("Approve")
    clicks.press("Approve")
    assert Correction.objects.get().approval.status == "used"


def settle_difference(clicks, rows):
    clicks.concern("Differences from processors' lists")
    clicks.row()
    clicks.link("Settle the difference")
    clicks.press("Settle the difference")
    assert Difference.objects.get().settled_at is not None


def close_month(clicks, rows):
    clicks.concern("Months to close")
    clicks.link("Close the month")
    clicks.press("Close the month")
    clicks.sees("Being closed")
    month = Month.objects.get(fenced_at__isnull=False)
    close_months.apply(throw=True)  # As the worker does, in the background.
    month.refresh_from_db()
    assert (month.closed_at is not None, month.trouble) == (True, "")
    clicks.page.reload()
    clicks.sees("All checks were green, and the month was closed")


def change_card(clicks, rows):
    card = PaymentOptionFactory(organization=rows.failing.buyer)
    clicks.concern("Subscriptions past due")
    clicks.row()
    clicks.open("More")
    clicks.link("Change card")
    clicks.choose("payment_option", value=str(card.pk))
    clicks.press("Change card")
    assert Subscription.objects.get(pk=rows.failing.pk).payment_option == card


def cancel(clicks, rows):
    clicks.link("Subscriptions")
    clicks.row()
    clicks.link("Cancel subscription")
    clicks.press("Cancel subscription")
    assert Subscription.objects.get(pk=rows.failing.pk).status == "cancelled"


def register_buyer(clicks, rows):
    clicks.link("Accounts")
    clicks.follow(clicks.page.locator('a[href$="/account/add/"]').first)
    clicks.type(email="dana@harbour.example")
    clicks.choose_found("organization", "Blue Bakery")
    clicks.press("Save")
    assert Account.objects.get(email="dana@harbour.example").organization == rows.seller


def register_app(clicks, rows):
    clicks.link("Applications")
    clicks.follow(clicks.page.locator('a[href$="/application/add/"]').first)
    clicks.type(name="Oven", author_email="dana@harbour.example")
    clicks.choose_found("organization", "Blue Bakery")
    clicks.tick("LiveChat")
    clicks.press("Save")
    assert Application.objects.get(name="Oven").organization == rows.seller


def give_role(clicks, rows):
    clicks.link("Users")
    clicks.row("new-colleague")
    clicks.link("Change roles")
    clicks.tick("May log in to the admin")
    clicks.tick("Support")
    clicks.press("Change roles")
    assert rows.colleague.groups.get().name == "Support"


WORK = (
    Work("find a charge by its amount", "Support", 2, search_everything),
    Work("find it by a part of its id", "Viewer", 2, search_id),
    Work("find it by its day", "Finance", 2, search_day),
    Work("find it by what was sold", "Support", 2, search_sold),
    Work("find it by the last four digits of the card", "Support", 2, search_last_four),
    Work("find a customer by e-mail", "Support", 2, search_email),
    Work("see what a customer has spent", "Finance", 3, see_spend),
    Work("see what happened to a customer", "Support", 3, see_customer),
    Work("refund a part", "Finance", 5, refund),
    Work("settle what a person must find out", "Finance", 6, settle_review),
    Work("ask for a payout", "Finance", 4, ask_for_payout),
    Work("approve a payout", "Approver", 4, approve_payout),
    Work("pay it by hand and mark it as paid", "Finance", 6, pay_by_hand),
    Work("ask for a correction", "Finance", 5, ask_for_correction),
    Work("approve the correction", "Approver", 4, approve_correction),
    Work("settle a difference from the processor's list", "Finance", 4, settle_difference),
    Work("close the month", "Finance", 3, close_month),
    Work("send the journal to the tax adviser", "Viewer", 3, send_journal),
    Work("take a list along", "Viewer", 2, export_list),
    Work("take it along as a spreadsheet", "Finance", 2, export_spreadsheet),
    Work("see revenue and churn", "Viewer", 0, see_figures),
    Work("see which renewals fail, and why", "Viewer", 2, see_failures),
    Work("pay a subscription with another card", "Finance", 6, change_card),
    Work("cancel a subscription", "Support", 4, cancel),
    Work("register a buyer", "Administrator", 5, register_buyer),
    Work("register a seller's app", "Administrator", 6, register_app),
    Work("give a colleague a role", "Administrator", 6, give_role),
    Work("see who gave a role", "Administrator", 1, read_audit),
    Work("see who moved money", "Viewer", 1, read_who_moved_money),
)


def test_each_piece_of_daily_work_is_done_by_its_role_in_few_clicks(shop, open_page, live_server):
    windows, wrong = {}, {}
    for name, role, most, do in WORK:
        if role not in windows:
            windows[role] = Clicks(log_in_as(role, open_page(), live_server.url), live_server.url)
        clicks = windows[role]
        clicks.begin()
        try:
            do(clicks, shop)
        except (PlaywrightError, AssertionError, ObjectDoesNotExist) as trouble:
            wrong[name] = f"{role} at {clicks.page.url}: {trouble}"
        if clicks.count > most:
            wrong[name] = f"{clicks.count} clicks"
    assert wrong == {}


def test_money_moves_after_a_typed_code(shop, open_page, live_server, settings, monkeypatch):
    """Once after the password, and again when the last code is older than the setting says."""
    settings.STAFF_SECOND_FACTOR, settings.STAFF_SECOND_FACTOR_MINUTES = "money", 1
    person = join("Finance")
    secret = add_app(person)
    clicks = Clicks(let_in(person, open_page(), live_server.url), live_server.url)
    clicks.begin()
    clicks.press("Go on", code=code_of(secret))
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "read_wall_clock", lambda: later)
    clicks.search("43.21", "43.21 USD, Heatmap export")
    clicks.link("Refund")
    clicks.press("Go on", code=code_of(secret))
    clicks.press("Go on", amount="3.21")
    clicks.press("Refund")
    assert Charge.objects.get(refund_of=shop.charge).total_minor == 321
    assert clicks.count <= 7
