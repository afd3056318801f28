"""Staff close months, settle differences, and take the journal and reports along."""

from datetime import UTC, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from backoffice.admin.month_files import write_income, write_payables
from bookkeeping.closing import close_fenced_months
from bookkeeping.exports.cells import write_rows
from bookkeeping.models import Difference, Statement
from core import clock
from gateway.registry import get_gateway
from ledger.models import Month, TransactionKind
from operations.factories import OrganizationFactory, UserFactory
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, close, post_sale, prepare, sell
from tests.movements import make_movement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _afterwards():
    with clock.travel_to(AFTERWARDS):
        yield


def at(row, page="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def act(row, path):
    return at(row).replace("/change/", f"/{path}/")


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def move_unknown_money():
    """A payment that the processor has and we do not."""
    with clock.travel_to(NOVEMBER + timedelta(days=3)):
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))


@pytest.mark.slow
def test_a_month_is_closed_by_its_page(staff):
    sell()
    month = prepare()
    page = read(staff, act(month, "close"))
    assert "buyer_clearing" not in page
    assert "can never be opened again" in page
    assert "Collected by the gateway, not yet paid out to us: 2.00 USD debit" in page
    assert staff.post(act(month, "close"), {"reason": "November is done"}).status_code == 302
    assert "Being closed" in read(staff, at(month))
    assert close_fenced_months() == 1
    page = read(staff, at(month))
    assert "Closed" in page
    assert "staff:root" in page
    assert "November is done" in page
    assert "2026-11" in read(staff, reverse("admin:ledger_month_changelist", query={"q": "2026-11"}))


def test_what_is_red_is_named_and_nothing_is_closed(staff):
    sell()
    move_unknown_money()
    month = prepare()
    assert "1 to settle" in read(staff, at(month))
    answer = staff.post(act(month, "close"), {"reason": "now"})
    assert "1 to settle" in answer.content.decode()
    assert Month.objects.get().fenced_at is None


@pytest.mark.slow
def test_a_difference_is_settled_with_a_reason_and_then_the_month_closes(staff):
    sell()
    move_unknown_money()
    prepare()
    difference = Difference.objects.get()
    assert "7.77 USD" in read(staff, reverse("admin:bookkeeping_difference_changelist"))
    assert "and we have nothing" in read(staff, act(difference, "settle")).replace("\n", " ")
    assert staff.post(act(difference, "settle"), {"reason": ""}).status_code == 200
    assert staff.post(act(difference, "settle"), {"reason": "of another shop"}).status_code == 302
    difference.refresh_from_db()
    assert (difference.settled_by, difference.reason) == ("staff:root", "of another shop")
    assert close().closed_at is not None


@pytest.mark.slow
def test_the_journal_of_a_month_is_a_file(staff):
    sell(name="=1+1")
    month = close()
    assert act(month, "journal-csv") in read(staff, at(month))
    for path, begin in (
        ("journal-csv", b"transaction_id,"),
        ("journal-beancount", b'option "title" "Live books"'),
    ):
        answer = staff.get(act(month, path))
        assert answer["Content-Disposition"].startswith('attachment; filename="journal-2026-11.')
        assert answer.getvalue().startswith(begin)


@pytest.mark.slow
def test_statements_are_found_by_the_month_of_the_books_west_of_utc_too(staff):
    sell()
    month = close()
    first = f"{month.starts_at.astimezone(UTC):%Y-%m-%d}"
    staff.cookies["staff-zone"] = "America/New_York"
    days = {"month__starts_at_from": first, "month__starts_at_to": first}
    page = staff.get(reverse("admin:bookkeeping_statement_changelist", query=days))
    assert [row.month for row in page.context["cl"].result_list] == [month]


@pytest.mark.slow
def test_a_statement_has_its_page_and_files(staff):
    sell()
    close()
    statement = Statement.objects.get()
    assert "Commission: " in read(staff, at(statement))
    assert staff.get(act(statement, "csv")).getvalue().startswith(b"line,booked_at")
    assert staff.get(act(statement, "pdf")).content.startswith(b"%PDF")
    assert {who_sees_nothing().get(act(statement, kind)).status_code for kind in ("csv", "pdf")} == {403}


def who_sees_nothing():
    browser = Client()
    browser.force_login(UserFactory(staff=True))
    return browser


def test_reports_show_the_books_as_of_an_instant(staff):
    sell(NOVEMBER + timedelta(days=9, hours=12))
    address = reverse("admin:ledger_month_reports")
    assert "1.60 USD" not in read(staff, f"{address}?day=2026-11-09")
    page = read(staff, f"{address}?day=2026-11-10")
    assert "1.60 USD" in page
    assert "Collection" in page
    assert "1.60 USD" not in read(staff, f"{address}?day=2026-11-10&time=12:00")
    noon = read(staff, f"{address}?day=2026-11-10&time=12:00:01")
    assert "1.60 USD" in noon
    assert "as of 2026-11-10 12:00:01 (UTC)" in noon
    for odd in ("day=x&after=-1", "day=9999-12-31", "day=2026-11-10&time=25:00"):
        assert "Live money as of" in read(staff, f"{address}?{odd}")
    answer = staff.get(f"{address}?start=2026-11-01&end=2026-11-30&format=csv")
    assert b"collection" in answer.getvalue()
    assert "before the first" in read(staff, f"{address}?start=2026-11-30&end=2026-11-01&format=csv")
    assert read(staff, f"{address}?start=&end=&format=nothing")


@pytest.mark.slow
def test_each_act_is_for_those_with_its_permission():
    sell()
    move_unknown_money()
    month, difference = prepare(), Difference.objects.get()
    user = UserFactory(username="clerk", is_staff=True)
    browser = Client()
    reports = reverse("admin:ledger_month_reports")
    addresses = [
        at(month),
        act(month, "close"),
        act(month, "journal-csv"),
        reports,
        f"{reports}?start=2026-11-01&end=2026-11-30&format=csv",
        at(difference),
        act(difference, "settle"),
    ]
    for names, expected in (
        ([], [403] * 7),
        (["view_month"], [200, 403, 403, 403, 403, 403, 403]),
        (["view_month", "change_month"], [200, 200, 403, 403, 403, 403, 403]),
        (["view_month", "view_ledgerentry"], [200, 403, 200, 403, 403, 403, 403]),
        (["view_month", "view_ledgeraccount"], [200, 403, 403, 200, 403, 403, 403]),
        (["view_month", "view_ledgeraccount", "view_ledgerentry"], [200, 403, 200, 200, 200, 403, 403]),
        (["view_difference"], [403, 403, 403, 403, 403, 200, 403]),
        (["view_difference", "change_difference"], [403, 403, 403, 403, 403, 200, 200]),
    ):
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        with clock.travel_to(AFTERWARDS):
            browser.force_login(user)
        assert [browser.get(address).status_code for address in addresses] == expected, names


def test_the_page_walks_through_the_steps_and_leads_to_the_rows(staff):
    sell()
    move_unknown_money()
    page = read(staff, at(prepare()))
    steps = [
        "1. The month is over.",
        "2. Every earlier month is closed.",
        "3. Every attempt of the month has an answer.",
        "4. The lists of the processors were read after its end.",
        "5. The lists differ in nothing that is not settled.",
        "6. The books add up",
    ]
    places = [page.index(step) for step in steps]
    assert places == sorted(places)
    assert "Settle each with a reason" in page
    month = Month.objects.get()
    rows = (
        f"{reverse('admin:bookkeeping_difference_changelist')}?month__id__exact={month.pk}&amp;look=unsettled"
    )
    assert rows in page
    assert "7.77 USD" in read(staff, rows.replace("&amp;", "&"))
    assert ">Close the month</a></p>" not in page
    staff.post(act(Difference.objects.get(), "settle"), {"reason": "of another shop"})
    assert ">Close the month</a></p>" in read(staff, at(month))


def test_small_differences_are_settled_together_and_others_by_themselves(staff):
    sell()
    move_unknown_money()
    with clock.travel_to(NOVEMBER + timedelta(days=4)):
        get_gateway("sandbox").charge(make_movement("small", token="tok_test_approve", cents=99))
    prepare()
    said = {
        "action": "settle_small",
        "confirmed": 1,
        "reason": "rounding",
        "_selected_action": [each.pk for each in Difference.objects.all()],
    }
    page = staff.post(reverse("admin:bookkeeping_difference_changelist"), said, follow=True)
    assert "1 of 2 done." in page.content.decode()
    assert [each.listed_minor for each in Difference.objects.filter(settled_at=None)] == [777]


@pytest.mark.slow
def test_the_files_of_a_month_are_those_of_its_end(staff):
    sell()
    month = close()
    sell(at=AFTERWARDS)
    page = read(staff, at(month))
    for path, line in (
        ("balances-csv", "buyer_clearing,USD,2.00,200,0.00,0"),
        ("income-csv", "collection,USD,0.40,40"),
        ("payables-csv", "USD,1.60,160"),
        ("tax-csv", "issuer,issuer_licence,kind,"),
    ):
        assert act(month, path) in page
        assert line in staff.get(act(month, path)).getvalue().decode()


def test_amounts_below_zero_are_numbers_in_the_files_of_a_month():
    seller = OrganizationFactory(name="Paper Kites")
    back = {"at": NOVEMBER, "cents": -250, "commission": -50, "kind": TransactionKind.REFUND}
    post_sale(seller, "refund", **back)
    income = write_rows(write_income(Month(starts_at=NOVEMBER, ends_at=DECEMBER)))
    assert [*income][1:] == ["refund,USD,-0.50,-50\r\n"]
    owed = write_rows(write_payables(DECEMBER))
    assert [*owed][1:] == [f"Paper Kites,{seller.license_id},USD,-2.00,-200\r\n"]


@pytest.mark.slow
def test_who_may_not_see_the_books_gets_no_files(staff):
    sell()
    month = close()
    person = UserFactory(username="reader", staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_month"))
    browser = Client()
    with clock.travel_to(AFTERWARDS):
        browser.force_login(person)
    assert act(month, "income-csv") not in read(browser, at(month))
    assert browser.get(act(month, "income-csv")).status_code == 403
