"""One box finds everything by whatever somebody knows of it, and shows nobody what is not theirs to see."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.search.finders import AT_MOST, FINDERS
from backoffice.search.terms import read_amounts, read_ids
from charges.models import Charge
from core import clock
from core.billy_guids import write_guid
from events.models import Event
from ledger.models import LedgerTransaction
from operations.factories import (
    CallerFactory,
    ChargeFactory,
    CustomerFactory,
    PayoutAccountFactory,
    PlanFactory,
    SubscriptionFactory,
    UserFactory,
)
from request_log.entries import STRANGER, Entry
from request_log.models import LoggedRequest
from request_log.write import write_entries
from tests.ledger.accounts import record
from webhooks.endpoints import create_endpoint

CHARGES, CARDS = "Charges and refunds", "Cards and bank accounts"


def search(browser, term):
    """Return the titles and addresses of what is found, by kind."""
    page = browser.get(reverse("admin:search"), {"q": term})
    assert page.status_code == 200
    return {group.title: {hit.address: hit.title for hit in group.hits} for group in page.context["groups"]}


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def sold(db):
    """A charge of 1,234.56 that was collected, and others beside it."""
    ChargeFactory(collected=True, price_minor=500, quantity=1)
    return ChargeFactory(collected=True, price_minor=123_456, quantity=1, name="Heatmap export")


@pytest.mark.slow
def test_a_charge_is_found_by_all_that_somebody_may_know(staff, sold):
    attempt = sold.attempts.get()
    booked = LedgerTransaction.objects.get(reference=sold.key)
    knows = {
        CHARGES: [
            str(sold.public_id),
            sold.public_id.hex[:31],
            str(sold.public_id)[:35].upper(),
            f"  {sold.key} ",
            "1234.56",
            "1,234.56 usd",
            "1.234,56",
            "123456",
            f"{sold.created_at:%Y-%m-%d}",
            attempt.gateway_reference,
            attempt.key,
        ],
    }
    for term in knows[CHARGES]:
        found = search(staff, term)[CHARGES]
        assert found[page_of(sold)] == "1,234.56 USD, Heatmap export", term
    assert page_of(booked) in search(staff, sold.key)["Ledger transactions"]
    assert page_of(booked) in search(staff, str(booked.public_id)[:34])["Ledger transactions"]
    assert page_of(attempt) in search(staff, attempt.gateway_reference)["Attempts to collect"]
    assert page_of(sold.buyer) in search(staff, "4242")[CARDS]
    assert CHARGES not in search(staff, "1234.57")
    assert CHARGES not in search(staff, "1234.56 EUR")


@pytest.mark.slow
def test_who_takes_part_is_found_by_names_and_numbers(staff, sold):
    app, person, buyer = sold.order_application, sold.buyer_account, sold.buyer
    type(buyer).objects.filter(pk=buyer.pk).update(name="The Old O'Brien & Söhne GmbH")
    for term in ("o'brien", "söhne old", "GMB", str(buyer.license_id), str(buyer.public_id)[:35]):
        assert page_of(buyer) in search(staff, term)["Organisations"], term
    for term in (person.email.upper(), person.email[:6], str(person.public_id)):
        assert page_of(person) in search(staff, term)["People"], term
    for term in (app.client_id[:20], app.name, app.author_email):
        assert page_of(app) in search(staff, term)["Apps"], term
    customer = CustomerFactory(email="Sam@Customer.example")
    for term in (write_guid("CU", customer.public_id), "sam@customer.example"):
        assert page_of(customer) in search(staff, term)["Customers of merchants"], term
    subscription = SubscriptionFactory()
    assert page_of(subscription) in search(staff, str(subscription.public_id)[:34])["Subscriptions"]


@pytest.mark.slow
def test_a_request_is_found_by_its_header_whole_or_begun(staff):
    ours, other = "5f0c9a1e77d24b0d8a1c2b3d4e5f6071", "Order-17"
    now = clock.now()
    write_entries(
        [
            Entry(STRANGER, "POST", "/v2/direct_charge/livechat", 422, ours, 9, "No such card.", None, now),
            Entry(STRANGER, "GET", "/v2/direct_charge/livechat", 200, other, 9, "", None, now),
        ]
    )
    row = LoggedRequest.objects.get(request_id=ours)
    for term in (ours, ours[:8], f" {ours[:20]} "):
        found = search(staff, term)["Requests of programs"]
        assert found == {page_of(row): "POST /v2/direct_charge/livechat"}, term
    assert "Requests of programs" in search(staff, other)
    for term in (ours[:7], ours[1:], "Order-1", "order-17", "5f0c9a1_", "5f0c9a1%"):
        assert "Requests of programs" not in search(staff, term), term
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        begun = LoggedRequest.objects.filter(request_id__startswith=ours[:8])
        assert "requests_by_ids_begun" in begun.explain()


@pytest.mark.slow
def test_each_kind_with_an_id_is_found_by_its_beginning(staff, sold):
    customer = CustomerFactory()
    rows = {
        "Merchants": customer.merchant,
        "Plans of merchants": PlanFactory(merchant=customer.merchant),
        "Webhook endpoints": create_endpoint(
            application_id=sold.order_application_id, url="https://seller.example/hooks"
        ).endpoint,
        "Accounts that payouts go to": PayoutAccountFactory(organization=sold.payee),
        "Events": Event.objects.filter(object_id=sold.public_id).first(),
        "Invoices and payments of customers": record(customer, "invoice", 1999),
    }
    for kind, row in rows.items():
        key = getattr(row, "public_id", row.pk)
        assert page_of(row) in search(staff, str(key)[:34])[kind], kind
        assert staff.get(page_of(row)).status_code == 200
    assert page_of(rows["Events"]) in search(staff, f"evt_{rows['Events'].pk.hex[:30]}")["Events"]


def test_there_are_never_more_than_a_handful_of_a_kind(staff):
    caller = CallerFactory()
    for _ in range(AT_MOST + 1):
        ChargeFactory(caller=caller, price_minor=700, quantity=1)
    page = staff.get(reverse("admin:search"), {"q": "7.00"})
    [group] = [each for each in page.context["groups"] if each.title == CHARGES]
    assert len(group.hits) == AT_MOST - 1
    assert group.more
    newest = Charge.objects.latest("pk")
    assert group.hits[0].address == page_of(newest)


def test_who_may_not_see_a_kind_finds_none_of_it_and_nobody_asks_the_database(sold):
    person = UserFactory(staff=True)
    browser = Client()
    browser.force_login(person)
    with CaptureQueriesContext(connection) as queries:
        assert search(browser, str(sold.public_id)) == {}
    assert not [query for query in queries if "charges_" in query["sql"]]
    person.user_permissions.add(*Permission.objects.filter(codename="view_organization"))
    assert set(search(browser, "4242")) == {CARDS}
    assert search(browser, "1234.56") == {}


def test_every_kind_names_a_permission_that_exists(db):
    known = {
        f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert {finder.permission for finder in FINDERS} <= known


NONSENSE = [
    "",
    " ",
    "%",
    "'; --",
    "a" * 300,
    "9" * 40,
    "charge:",
    "🧾",
    "٣",
    "_",
    "-",
    "....",
    "0x",
    "1e9",
    "evt_",
    "'':*",
]


@pytest.mark.slow
def test_nonsense_finds_nothing_and_breaks_nothing(staff, sold):
    for term in NONSENSE:
        assert CHARGES not in search(staff, term), term


@pytest.mark.slow
def test_a_search_costs_the_same_for_more_rows_and_counts_nothing(staff, sold):
    ChargeFactory(collected=True, price_minor=123_456, quantity=1)
    with CaptureQueriesContext(connection) as few:
        search(staff, "1234.56")
    for _ in range(4):
        ChargeFactory(collected=True, price_minor=123_456, quantity=1)
    with CaptureQueriesContext(connection) as many:
        search(staff, "1234.56")
    assert len(few) == len(many) < 35
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]


def test_a_test_charge_says_so(staff):
    ChargeFactory(test=True, price_minor=4_321, quantity=1)
    assert "(test money)" in staff.get(reverse("admin:search"), {"q": "43.21"}).content.decode()


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("9", {900, 9}),
        ("9.00", {900}),
        ("9,5", {950}),
        ("$9.00", {900}),
        ("9,000", {900_000, 9_000}),
        ("1'000.50", {100_050}),
        ("1.234.567", {123_456_700, 1_234_567}),
        ("9.005", set()),
        ("9 EUR", set()),
        ("nine", set()),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, minor):
    assert {wanted.minor for wanted in read_amounts(text) if wanted.currency == "USD"} == minor


def test_the_beginning_of_an_id_is_a_range():
    first, last = read_ids("01A2-28")
    assert (first.hex, last.hex) == ("01a228" + "0" * 26, "01a228" + "f" * 26)
    assert read_ids("01a") is read_ids("01a2xyz") is read_ids("0" * 33) is None
