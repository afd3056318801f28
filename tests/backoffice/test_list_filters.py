"""Lists lead with the money, hide test money, filter by day, amount, seller and failure, and are exported."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml import ElementTree
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backoffice.admin.exports import PAGE
from charges.models import Charge
from core import clock
from operations.factories import (
    AgreementFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    SubscriptionFactory,
    UserFactory,
)
from subscriptions.models import Subscription
from tests.backoffice.test_admin_lists import address, get, listed

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)


def download(staff, **query):
    """Return the rows of the file of charges by the names of its columns."""
    answer = staff.get(address(Charge, export="csv", **query))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(io.StringIO(answer.getvalue().decode()))]


@pytest.fixture
def charges(db):
    """Charges of 10.00 and 20.00 of one app, one of 500 JPY of another, and one of test money."""
    app = ApplicationFactory(name="Heatmaps", organization=OrganizationFactory(name="Ada's Apps"))
    caller = CallerFactory(application=app)
    with clock.travel_to(DAY):
        ten = ChargeFactory(caller=caller, price_minor=1_000, quantity=1, name="=HYPERLINK(1)")
        twenty = ChargeFactory(caller=caller, price_minor=2_000, quantity=1)
    other = ChargeFactory(price_minor=500, quantity=1, failed=True)
    test = ChargeFactory(price_minor=1_500, quantity=1, test=True)
    return {"ten": ten.pk, "twenty": twenty.pk, "other": other.pk, "test": test.pk}


@pytest.mark.slow
def test_each_filter_finds_its_rows(staff, charges):
    def names(**query):
        found = listed(staff, Charge, **query)
        return {name for name, pk in charges.items() if pk in found}

    assert names() == {"ten", "twenty", "other"}
    assert names(mode="test") == {"test"}
    assert names(mode="both") == {*charges}
    assert names(amount_from="10", mode="both") == {"ten", "twenty", "test"}
    assert names(amount_from="10.01", amount_to="20") == {"twenty"}
    assert names(created_at_from="2026-03-10", created_at_to="2026-03-10") == {"ten", "twenty"}
    assert names(created_at_to="2026-03-09") == set()
    assert names(seller="heatm") == names(seller="ada's") == {"ten", "twenty"}
    assert names(seller="nobody at all") == set()
    assert names(failure="*") == names(failure="stolen_card") == {"other"}
    assert names(failure="expired_card") == set()
    test = Charge.objects.get(pk=charges["test"])
    assert names(q=str(test.public_id)) == {"test"}


@pytest.mark.slow
def test_days_are_those_of_the_readers_time_zone(staff, charges):
    assert staff.get("/admin/time-zone/").status_code == 200
    assert staff.post("/admin/time-zone/", {"zone": "Mars/Olympus"}).status_code == 200
    assert staff.post("/admin/time-zone/", {"zone": "Europe/Warsaw"}).status_code == 302
    assert listed(staff, Charge, created_at_to="2026-03-10") == set()
    page, _ = get(staff, address(Charge, created_at_from="2026-03-11", created_at_to="2026-03-11"))
    assert "11 Mar 2026, 00:30" in page
    assert "2026-03-11 00:30:00 CET" in page
    [row] = download(staff, amount_to="10", created_at_to="2026-03-11")
    assert (row["created_utc"], row["created_local"]) == ("2026-03-10T23:30:00Z", "2026-03-11 00:30:00+01:00")
    staff.cookies["staff-zone"] = "../../etc/passwd"
    assert "UTC" in get(staff, address(Charge))[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        {"amount_from": "x"},
        {"amount_from": "-1", "amount_to": "1e400"},
        {"amount_from": "NaN"},
        {"created_at_from": "2026-02-30"},
        {"created_at_from": "0001-01-01", "created_at_to": "9999-12-31"},
        {"mode": "x"},
        {"seller": "x" * 300},
        {"failure": "x" * 50},
    ],
    ids=str,
)
def test_what_cannot_be_read_filters_nothing_and_says_so(staff, charges, query):
    page = staff.get(address(Charge, **query))
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 3
    assert any(spec.form.errors for spec in page.context["cl"].filter_specs if hasattr(spec, "form"))
    assert len(download(staff, **query)) == 3


def test_totals_are_of_what_the_filter_shows(staff, charges):
    cl = staff.get(address(Charge, amount_from="10")).context["cl"]
    assert (cl.totals.said, cl.totals.sums) == ("2 rows", ["Charges 30.00 USD"])
    assert staff.get(address(Charge)).context["cl"].totals is None


def test_test_money_is_never_added_to_what_a_buyer_paid(staff):
    buyer = CallerFactory()
    live = ChargeFactory(price_minor=4_321, quantity=1, caller=buyer)
    ChargeFactory(price_minor=50_000, quantity=1, caller=buyer, test=True)
    bought = staff.get(address(Charge, buyer__id__exact=live.buyer_id))
    assert bought.context["cl"].totals.sums == ["Charges 43.21 USD", "Charges 500.00 USD (test)"]


def test_a_file_has_exactly_what_the_filter_shows_and_no_formula(staff, charges):
    rows = download(staff, amount_from="10")
    assert [row["total"] for row in rows] == ["20.00", "10.00"]
    assert [row["total_minor"] for row in rows] == ["2000", "1000"]
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert rows[1]["seller"] == "Ada's Apps"
    assert len(download(staff)) == 3
    assert staff.get(address(Charge, export="csv", buyer__name="x")).status_code == 400


def read_sheet(written):
    """Return the rows of a spreadsheet: of each cell its type and what it says."""
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [[(cell.get("t"), "".join(cell.itertext())) for cell in row] for row in sheet.iter(f"{SHEET}row")]


def test_a_spreadsheet_has_the_columns_of_the_file_with_numbers_and_no_formula(staff, charges):
    answer = staff.get(address(Charge, export="xlsx", amount_from="10"))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    written = answer.getvalue()
    head, twenty, ten = read_sheet(written)
    [first, *_] = download(staff, amount_from="10")
    assert [text for _, text in head] == [*first]
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "yyyy-mm-dd" in book.read("xl/styles.xml").decode()
    assert ("inlineStr", "=HYPERLINK(1)") in ten
    assert (None, "10.00") in ten
    assert (None, "1000") in ten
    assert (None, "46091.97916666666") in ten
    assert (None, "20.00") in twenty


def test_a_spreadsheet_of_too_many_rows_is_refused_in_words(staff, charges, monkeypatch):
    monkeypatch.setattr("backoffice.admin.spreadsheets.MOST_ROWS", 2)
    answer = staff.get(address(Charge, export="xlsx"), follow=True)
    assert "filter the list, or download it as CSV" in answer.content.decode()
    assert len(read_sheet(staff.get(address(Charge, export="xlsx", amount_from="10")).getvalue())) == 3


def test_a_file_is_read_page_by_page(staff, charges, monkeypatch):
    monkeypatch.setattr("backoffice.admin.exports.PAGE", 1)
    with CaptureQueriesContext(connection) as queries:
        assert len(download(staff)) == 3
    # Three pages of one, the end, and what the list itself would show.
    assert len([query for query in queries if 'FROM "charges_charge"' in query["sql"]]) == 5
    assert PAGE == 1_000


def test_a_file_of_days_is_in_their_order_also_where_instants_are_alike(staff, charges, monkeypatch):
    monkeypatch.setattr("backoffice.admin.exports.PAGE", 1)
    for query in ({"created_at_from": "2026-03-10"}, {"status__exact": "pending"}, {"failure": "*"}):
        shown = staff.get(address(Charge, **query)).context["cl"].result_list
        ids = [str(charge.public_id) for charge in shown]
        assert [row["id"] for row in download(staff, **query)] == ids
        assert ids


def test_subscriptions_of_a_seller_are_found_whoever_pays(staff):
    ours, merchants, others = SubscriptionFactory(), AgreementFactory(), SubscriptionFactory()
    for subscription in (ours, merchants):
        seller = subscription.payee.license_id
        assert listed(staff, Subscription, seller=str(seller)) == {subscription.pk}
    assert others.pk in listed(staff, Subscription)


def test_who_may_not_see_a_list_gets_no_file_of_it(charges):
    person = UserFactory(staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename="view_attempt"))
    browser = Client()
    browser.force_login(person)
    assert browser.get(address(Charge, export="csv")).status_code == 403
    assert Client().get(address(Charge, export="csv")).status_code == 302


def test_ids_are_short_and_last_and_the_amount_is_first(staff, charges):
    page = staff.get(address(Charge))
    columns = page.context["cl"].list_display
    assert (columns[0], columns[-1]) == ("total", "short_id")
    assert "in_mode" not in columns
    ten = Charge.objects.get(pk=charges["ten"])
    text = page.content.decode()
    assert f">{str(ten.public_id)[:13]}</code>" in text
    assert f'title="{ten.public_id}"' in text


def test_rows_of_days_are_found_by_their_index(staff, charges):
    start = clock.now() - timedelta(days=1)
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = Charge.objects.filter(created_at__gte=start).order_by("-created_at", "-pk")[:51].explain()
    assert "charges_by_day" in plan
