"""The admin in a real browser: every page loads without an error and without anything from elsewhere."""

import re

import pytest
from django.test import Client

from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.hints.store import store_hints
from core import clock
from customers.models import ApiKey
from gateway.hints import Hint, Subject
from operations.factories import (
    ChargeFactory,
    PaymentOptionFactory,
    PayoutFactory,
    SubscriptionFactory,
    UserFactory,
)
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.collect import collect_now
from tests.charges.scripted_gateway import report
from tests.subscriptions.clients import subscribe
from tests.subscriptions.stories import at, fetch


@pytest.fixture
def admin_page(open_page, live_server):
    """A page of a logged-in superuser that notes what goes wrong."""
    user = UserFactory(username="root", superuser=True)
    client = Client()
    client.force_login(user)
    page = open_page()
    session = client.cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.troubles = []
    page.on("console", lambda line: page.troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("response", lambda answer: page.troubles.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda request: note_outsider(page, request.url, live_server.url))
    return page


def note_outsider(page, url, home):
    if not url.startswith((home, "data:")):
        page.troubles.append(url)


def list_links(page, home):
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = {link.removeprefix(home).split("#")[0] for link in links if link.startswith(f"{home}/admin/")}
    skipped = ("logout", "/auth/", "?", "/evidence", "/download/")  # The last two are of files.
    return {link for link in inside if not any(part in link for part in skipped)}


@pytest.fixture
def some_of_everything():
    collect_charge(ChargeFactory(activated=True).pk)
    collect_charge(ChargeFactory(activated=True, card="tok_test_decline_soft").pk)
    ChargeFactory(test=True)
    make_failing_subscription()
    make_refunded_customer()
    make_dispute()
    PayoutFactory(sent=True)


def crawl(page, live_server, *, most) -> set[str]:
    """Visit one page of each shape, so many, and return the shapes that were linked."""
    todo, shapes = ["/admin/"], set()
    for _ in range(most):
        if not todo:
            break
        path = todo.pop()
        page.goto(live_server.url + path)
        assert page.troubles == [], path
        for link in sorted(list_links(page, live_server.url)):
            shape = re.sub(r"\d+", "N", link)
            if shape not in shapes:
                shapes.add(shape)
                todo.append(link)
    return shapes


def test_pages_load_cleanly(admin_page, live_server, some_of_everything):
    assert "/admin/charges/charge/" in crawl(admin_page, live_server, most=25)


@pytest.mark.night
def test_every_page_loads_cleanly(admin_page, live_server, some_of_everything):
    shapes = crawl(admin_page, live_server, most=1_000)
    pages = {"charges/charge", "charges/attempt", "ledger/ledgeraccount", "ledger/ledgertransaction"}
    pages |= {"ledger/ledgerentry", "customers/organization", "customers/account", "customers/application"}
    pages |= {"charges/dispute", "charges/processorevent"}
    pages |= {"subscriptions/subscription", "subscriptions/plan", "customers/merchant", "customers/customer"}
    assert {f"/admin/{name}/N/change/" for name in pages} <= shapes
    acts = {"cancel", "retry", "change-card"}
    assert {f"/admin/subscriptions/subscription/N/{act}/" for act in acts} <= shapes
    acts = {"payouts", "replace-key", "revoke", "close"}
    assert {f"/admin/customers/merchant/N/{act}/" for act in acts} <= shapes


def make_refunded_customer():
    subscription = subscribe(at=clock.now())
    ApiKey.objects.create(merchant=subscription.customer.merchant, digest="0" * 64, hint="6yKDGr")
    cancel_subscription(subscription.pk, actor="test", refund_minor=300)
    collect_now(subscription.pk)
    subscribe(funding_source="/v1/cards/decline_soft", at=clock.now())


def make_dispute():
    said = report(ChargeFactory(collected=True), evidence_due_by=clock.now())
    record_dispute(Asked("sandbox", said, clock.now()))
    store_hints(gateway="sandbox", hints=[Hint("evt_1", Subject.DISPUTE, said.reference)])


def make_failing_subscription():
    subscription = SubscriptionFactory(activated=True, card="tok_test_decline_soft", at=clock.now())
    at(clock.now())
    return subscription


def test_filters_search_and_autocomplete_work_with_the_scripts_allowed(admin_page, live_server):
    charge = ChargeFactory()
    admin_page.goto(f"{live_server.url}/admin/charges/charge/")
    admin_page.fill("#searchbar", str(charge.public_id))
    admin_page.press("#searchbar", "Enter")
    admin_page.wait_for_url("**q=**")
    assert admin_page.locator("#result_list tbody tr.data-row").count() == 1
    admin_page.get_by_text("Filters").first.click()
    admin_page.get_by_role("link", name="Declined by the buyer").click()
    admin_page.wait_for_url("**status__exact=declined**")
    admin_page.goto(f"{live_server.url}/admin/customers/application/add/")
    admin_page.locator(".select2-selection").first.click()
    admin_page.keyboard.type(charge.buyer.name)
    admin_page.locator(".select2-results__option", has_text=charge.buyer.name).first.wait_for()
    assert admin_page.troubles == []


def test_the_search_is_on_every_page_and_needs_no_mouse(admin_page, live_server):
    charge = ChargeFactory(price_minor=4_321, quantity=1)
    admin_page.goto(f"{live_server.url}/admin/ledger/ledgeraccount/")
    admin_page.get_by_role("searchbox", name="Search everything").first.focus()
    admin_page.keyboard.type("43.21")
    admin_page.keyboard.press("Enter")
    admin_page.get_by_role("link", name=f"43.21 USD, {charge.name}").click()
    admin_page.get_by_role("link", name="Timeline").click()
    admin_page.get_by_text(f"43.21 USD asked for: {charge.name}").wait_for()
    assert admin_page.troubles == []


def test_staff_change_a_card_with_a_reason_and_are_told_so(admin_page, live_server):
    subscription = make_failing_subscription()
    card = PaymentOptionFactory(organization=subscription.buyer)
    admin_page.goto(f"{live_server.url}/admin/subscriptions/subscription/")
    admin_page.get_by_role("link", name="19.00 USD every month").click()
    admin_page.locator("summary", has_text="More").click()
    admin_page.get_by_role("link", name="Change card").click()
    admin_page.get_by_label("Card").select_option(str(card.pk))
    admin_page.get_by_label("Reason").fill("The buyer called.")
    admin_page.get_by_role("button", name="Change card").click()
    admin_page.get_by_text("The subscription is paid with that card from now on.").wait_for()
    assert admin_page.url.endswith("/change/")
    assert admin_page.get_by_text("Card changed: The buyer called.").is_visible()
    assert fetch(subscription).payment_option == card
    assert admin_page.troubles == []
