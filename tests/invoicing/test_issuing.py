"""Each collected charge has one tax invoice, in the order of the payments; nothing is left out or doubled."""

from collections.abc import Callable
from datetime import date
from threading import Lock

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from customers.models import Organization
from events.models import Event
from invoicing.drafts import write_papers
from invoicing.invoices import draft_invoices
from invoicing.issue import issue_batch, issue_papers
from invoicing.models import PaperKind, Series, TaxPaper
from invoicing.tasks import issue
from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.invoicing.papers import issue_for, sell_in_own_name
from tests.money import run_at_once
from tests.subscriptions.stories import at

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


class Crash(Exception):
    """A process that dies in the middle of a transaction."""


def numbers(**which) -> list[int]:
    return list(TaxPaper.objects.filter(**which).order_by("number").values_list("number", flat=True))


def collect(count: int) -> list:
    caller = CallerFactory()
    return [ChargeFactory(caller=caller, collected=True) for _ in range(count)]


def test_a_collected_charge_has_one_invoice_over_its_total():
    charge = ChargeFactory(collected=True)
    ChargeFactory(failed=True)
    ChargeFactory(accepted=True)
    assert [issue_papers(), issue_papers()] == [1, 0]
    paper = TaxPaper.objects.get()
    assert (paper.kind, paper.charge_id) == (PaperKind.INVOICE, charge.pk)
    assert (paper.net_minor, paper.tax_minor, paper.total_minor) == (168, 32, 200)
    assert paper.name == f"INV-{clock.now().year}-000001"
    assert paper.recipient["legal_name"] == charge.buyer.name
    assert paper.issuer["legal_name"] == "Example Marketplace"


def test_it_is_told_as_an_event_of_the_application():
    charge = ChargeFactory(collected=True)
    issue()
    event, paper = Event.objects.get(type="invoice.issued"), TaxPaper.objects.get()
    assert (event.object_id, event.application_id) == (paper.public_id, charge.order_application_id)
    assert event.snapshot == {
        "number": paper.name,
        "amount": 200,
        "net": 168,
        "tax": 32,
        "currency": "USD",
    }


def test_each_period_of_a_subscription_has_its_own():
    subscription = SubscriptionFactory(activated=True, at=clock.now(), price_minor=1900)
    at(clock.now())
    issue_papers()
    paper = TaxPaper.objects.get()
    assert paper.total_minor == 1900
    assert paper.charge.subscription_id == subscription.pk
    assert paper.line["period_start"] == paper.charge.due_at.date().isoformat()


def test_test_charges_get_specimens_from_a_series_of_their_own():
    ChargeFactory(collected=True, test=True)
    ChargeFactory(collected=True)
    issue_papers()
    assert {*TaxPaper.objects.values_list("name", "livemode")} == {
        (f"TEST-INV-{clock.now().year}-000001", False),
        (f"INV-{clock.now().year}-000001", True),
    }


def test_a_seller_of_record_issues_in_its_own_name_and_series():
    charge = ChargeFactory(caller=sell_in_own_name("FR", legal_name="Kites SA"), collected=True)
    issue_papers()
    paper = TaxPaper.objects.get()
    assert paper.issuer["legal_name"] == "Kites SA"
    assert (paper.tax_country, paper.tax_basis_points) == ("FR", 2000)
    assert paper.name == f"S{charge.payee.license_id}-INV-{clock.now().year}-000001"
    assert paper.series.issuer_id == charge.payee_id


def test_the_first_period_has_the_tax_agreed_to_and_later_ones_that_of_their_day():
    start = clock.now()
    subscription = SubscriptionFactory(activated=True, at=start, price_minor=1900)
    Organization.objects.filter(pk=subscription.buyer_id).update(country="FI", legal_name="Moved Oy")
    at(start)
    at(start, days=32)
    issue_papers()
    first, second = TaxPaper.objects.order_by("pk")
    assert (first.tax_country, first.recipient["country"], first.tax_minor) == ("DE", "", 303)
    assert (second.tax_country, second.recipient["country"], second.tax_minor) == ("FI", "FI", 386)


def test_what_was_collected_before_invoices_were_issued_has_none(settings):
    ChargeFactory(collected=True)
    settings.INVOICING = settings.INVOICING | {"since": date(2099, 1, 1)}
    assert issue_papers() == 0


def test_nothing_is_issued_where_nobody_is_named_and_all_of_it_afterwards(settings):
    known = settings.INVOICING
    ChargeFactory(collected=True)
    settings.INVOICING = {"issuer": None, "since": None, "font": ""}
    assert issue_papers() == 0
    settings.INVOICING = known
    assert issue_papers() == 1


@pytest.mark.parametrize(("currency", "total"), [("JPY", "200 JPY"), ("KWD", "0.200 KWD")])
def test_other_currencies_keep_their_decimals(settings, currency, total):
    settings.DEFAULT_CURRENCY = currency
    paper = issue_for(ChargeFactory(collected=True))
    assert str(paper.total) == total
    assert (paper.net_minor, paper.tax_minor) == (168, 32)


def test_a_new_year_begins_at_one():
    charges = collect(2)
    issue_for(charges[0])
    with clock.travel_to(clock.now().replace(year=clock.now().year + 1, month=1, day=2)):
        issue_for(charges[1])
    assert numbers() == [1, 1]
    assert Series.objects.count() == 2


def failing_every(count: int, work: Callable) -> Callable:
    """Let each such call crash after its work is done, as long as there are enough of them."""
    lock, calls = Lock(), [0]

    def run(*args):
        with lock:
            calls[0] += 1
            crashes = calls[0] % count == 0
        result = work(*args)
        if crashes:
            raise Crash
        return result

    return run


@pytest.mark.slow
def test_eight_processes_that_crash_leave_neither_a_gap_nor_a_double(monkeypatch):
    charges = collect(16)
    monkeypatch.setattr("invoicing.issue.write_papers", failing_every(4, write_papers))

    def work() -> None:
        while TaxPaper.objects.count() < len(charges):
            try:
                issue_batch(limit=2)
            except Crash:
                continue

    run_at_once(*[work] * THREADS)
    assert numbers() == list(range(1, 17))
    assert {*TaxPaper.objects.values_list("charge_id", flat=True)} == {charge.pk for charge in charges}
    assert Series.objects.get().last == 16


@pytest.mark.slow
def test_eight_transactions_at_once_on_one_series_leave_no_gap():
    charges = collect(THREADS)

    def write(charge, crashes: bool) -> None:
        with transaction.atomic():
            write_papers(draft_invoices([charge.public_id]).drafts)
            if crashes:
                raise Crash

    works = [lambda pair=pair: write(pair[1], pair[0] % 3 == 0) for pair in enumerate(charges)]
    results = run_at_once(*works)
    assert sum(isinstance(result, Crash) for result in results) == 3
    assert numbers() == [1, 2, 3, 4, 5]
    assert Series.objects.get().last == 5


@pytest.mark.slow
def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(django_assert_num_queries):
    collect(3)
    issue_papers()
    collect(5)
    with django_assert_num_queries(20):
        assert issue_batch() == 5


def refused(sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_series SET last = last + 1",
        "UPDATE invoicing_series SET last = 0",
        "UPDATE invoicing_series SET year = 1999",
        "UPDATE invoicing_series SET prefix = 'X'",
        "DELETE FROM invoicing_series",
        "INSERT INTO invoicing_series (kind, year, livemode, prefix, last)"
        " VALUES ('invoice', 1999, true, 'X', 1)",
        "INSERT INTO invoicing_series (kind, year, livemode, prefix, last)"
        " SELECT kind, year, livemode, 'X', 0 FROM invoicing_series",
        "UPDATE invoicing_taxpaper SET number = 2",
        "UPDATE invoicing_taxpaper SET issuer = '{}'",
        "DELETE FROM invoicing_taxpaper",
    ],
)
def test_the_database_keeps_numbers_and_papers_as_they_are(sql):
    issue_for(ChargeFactory(collected=True))
    refused(sql)
    assert numbers() == [1]


COPY = """
    CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM invoicing_taxpaper LIMIT 1;
    UPDATE copy SET id = 99, public_id = gen_random_uuid(), charge_id = {charge}, {changes};
    {before};
    INSERT INTO invoicing_taxpaper SELECT * FROM copy
"""
TAKE = "UPDATE invoicing_series SET last = last + {}"


def test_a_paper_that_fits_is_taken_from_raw_sql_too():
    first, second = collect(2)
    issue_for(first)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COPY.format(charge=second.pk, changes="number = 2", before=TAKE.format(1)))
    assert numbers() == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "before"),
    [
        ("number = 2", "SELECT 1"),  # Not taken from its series.
        ("number = 1", TAKE.format(1)),  # Twice.
        ("number = 3", TAKE.format(2)),  # A gap.
        ("number = 2, total_minor = 201, net_minor = 169", TAKE.format(1)),  # Not the charge's total.
        ("number = 2, net_minor = 169", TAKE.format(1)),  # Net and tax are not the total.
        ("number = 2, livemode = false", TAKE.format(1)),
        ("number = 2, currency = 'EUR'", TAKE.format(1)),
        ("number = 2, kind = 'credit_note'", TAKE.format(1)),
    ],
)
def test_the_database_refuses_a_paper_that_does_not_fit(changes, before):
    first, second = collect(2)
    issue_for(first)
    refused(COPY.format(charge=second.pk, changes=changes, before=before))


def test_a_second_invoice_of_a_charge_is_refused():
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    refused(COPY.format(charge=charge.pk, changes="number = 2", before=TAKE.format(1)))


def test_a_charge_that_is_not_collected_has_no_invoice():
    issue_for(ChargeFactory(collected=True))
    other = ChargeFactory(failed=True)
    changes = f"number = 2, buyer_id = {other.buyer_id}, seller_id = {other.payee_id}"
    changes += f", application_id = {other.order_application_id}"
    refused(COPY.format(charge=other.pk, changes=changes, before=TAKE.format(1)))
