"""A list or page of the admin takes as many queries for many rows as for few, and no list is counted."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from approvals.models import Approval
from backoffice.admin.filters import FROM as DAYS_FROM
from backoffice.audit import note_act
from bookkeeping.models import Difference, Statement
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge, Dispute
from core import clock
from customers.models import AuditLine, Customer, Merchant
from events.models import Event
from invoicing.models import TaxPaper
from ledger.models import (
    Allocation,
    Correction,
    CustomerTransaction,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Month,
)
from ledger.months import open_months
from operations.factories import CustomerFactory, PayoutFactory, UserFactory
from payouts.models import Payout
from subscriptions.models import Plan, Subscription
from tests.backoffice.list_cells import read_cells
from tests.backoffice.test_admin_lists import MODELS, MOST_QUERIES, address, get, sell
from tests.backoffice.test_admin_lookups import declared_by
from tests.charges.refunds.asking import ask, paid
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import issue_for
from tests.ledger.accounts import record
from tests.ledger.corrections.test_corrections import ask as ask_correction
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data
from tests.subscriptions.clients import subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WITH_PAGES = (Merchant, Customer, Plan, Subscription, Charge)
# Of these there are rows, so that a query for each of them would be seen.
WITH_ROWS = (
    *(Charge, Subscription, Attempt, Dispute, TaxPaper, Payout, Approval, Difference, Statement, Correction),
    *(LedgerTransaction, LedgerEntry, LedgerAccount, CustomerTransaction, Allocation, Event, AuditLine),
)
STATEMENT = """
INSERT INTO bookkeeping_statement (month_id, account_id, organization_id, currency, opening_minor,
    sales_minor, refunds_minor, disputes_minor, disbursements_minor, fees_minor, commission_minor,
    payouts_minor, corrections_minor, closing_minor, line_count, lines_hash)
SELECT m.id, a.id, a.organization_id, a.currency, 0, 200, 0, 0, 0, 0, 0, 0, 0, 200, 1, repeat('0', 64)
FROM ledger_month m, ledger_ledgeraccount a WHERE a.organization_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
AMOUNT = re.compile(r"[+-]?[\d,]+(\.\d+)? [A-Z]{3}\b")
SECONDS = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


@pytest.fixture(scope="module")
def looked(request):
    """A browser of staff, and the addresses with the queries that each took while there were few rows."""
    with rows_of_module(request, look_at_few) as made:
        yield made


def look_at_few():
    staff = Client()
    staff.force_login(UserFactory(superuser=True))
    subscription = subscribe()
    pages = {model: address(model, "change", model.objects.get().pk) for model in WITH_PAGES}
    sell(1)
    do_the_rest(staff)
    few = {url: look_twice(staff, url) for url in [*map(address, MODELS), *pages.values()]}
    for _ in range(3):
        subscribe(subscription.plan, subscription.customer)
        subscribe(subscription.plan)
        subscribe()
        do_the_rest(staff)
    sell(3)
    return staff, pages, few


def do_the_rest(staff):
    """What else happens: a dispute, a paper, requests that wait, a difference, a statement, an act."""
    disputed = paid(60_000)
    record_dispute(Asked("sandbox", report(disputed, reference=f"dp_{disputed.pk}"), clock.now()))
    issue_for(disputed)
    ask(paid(60_000))
    ask_correction()
    PayoutFactory()
    open_months()
    customer = CustomerFactory()
    record(customer, "invoice", 1_000)
    record(customer, "credit", 1_000)
    Difference.objects.create(
        month=Month.objects.first(),
        attempt=disputed.attempts.first(),
        gateway="sandbox",
        kind="amount",
        reference=f"ch_{disputed.pk}",
        currency="USD",
        listed_minor=900,
        ours_minor=1_000,
        found_at=clock.now(),
    )
    break_data(STATEMENT)
    note_act(User.objects.get(pk=staff.session["_auth_user_id"]), disputed, "Looked at it.")


def look_twice(staff, url):
    """Return the queries of the second time; the first time more is looked up."""
    get(staff, url)
    return get(staff, url)[1]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_is_never_counted_and_costs_the_same_for_more_rows(model, looked):
    staff, _, few = looked
    _, many = get(staff, address(model))
    assert not [sql for sql in many if "COUNT(" in sql]
    assert len(few[address(model)]) == len(many) <= MOST_QUERIES, many


@pytest.mark.parametrize("model", WITH_PAGES, ids=lambda model: model.__name__)
def test_a_page_costs_the_same_for_more_rows_around_it(model, looked):
    staff, pages, few = looked
    _, many = get(staff, pages[model])
    assert len(few[pages[model]]) == len(many), many


@pytest.mark.parametrize("model", WITH_ROWS, ids=lambda model: model.__name__)
def test_a_list_of_rows_of_days_adds_up_and_its_file_has_just_them(model, looked):
    staff, *_ = looked
    page = admin.site._registry[model]
    days = [name for name in declared_by(model) if name.endswith(DAYS_FROM) and name != "amount_from"]
    since = {name: "2020-01-01" for name in days}
    shown = staff.get(address(model, **since)).context["cl"]
    assert shown.result_list
    if page.totalled and days:
        assert shown.totals.sums
    if page.exported:
        file = staff.get(address(model, export="csv", **since)).getvalue()
        assert file.count(b"\r\n") == shown.queryset.count() + 1


@pytest.mark.parametrize("model", WITH_ROWS, ids=lambda model: model.__name__)
def test_a_list_with_rows_tells_money_first_and_instants_to_the_minute(model, looked):
    staff, *_ = looked
    rows = read_cells(staff.get(address(model)))
    assert len(rows) > 1
    for row in rows:
        first, *_ = row.values()
        assert AMOUNT.match(first) or model in (Event, AuditLine), row
        assert not [cell for cell in row.values() if SECONDS.search(cell)], row
