"""Each list that shows money leads with it, is filtered by days and amounts, adds up, and is a file."""

from pathlib import Path

import pytest
from django.contrib import admin

from backoffice.admin.base import list_modes
from backoffice.admin.filters import AmountFilter, DayFilter

CSS = Path("backoffice/static/backoffice/admin.css").read_text()
LISTS = {model._meta.label: page for model, page in admin.site._registry.items()}
# Lists of models that have cents which are no money of a row.
NO_MONEY = {"customers.Merchant": "The limit of what it may pay out."}
# What a list lacks, and why.
EXCEPTED = {
    ("ledger.LedgerAccount", "days"): "It is asked for an instant: the balances are those of then.",
    ("ledger.LedgerAccount", "amounts"): "Balances are added up for the page; no index knows them.",
    (
        "ledger.LedgerTransaction",
        "amounts",
    ): "Its amount is the sum of its entries: search for the sale.",
    ("ledger.LedgerEntry", "amounts"): "An index on the amount would be paid for by every posting.",
    (
        "ledger.Allocation",
        "days",
    ): "It is looked at from the receivable on either end.",
    ("ledger.Allocation", "amounts"): "It is looked at from the receivable on either end.",
    ("subscriptions.Plan", "totals"): "Plans are prices: nobody has paid or owes their sum.",
}


def is_figure(page, column) -> bool:
    return getattr(getattr(type(page), column, None), "is_figure", False)


def shows_money(page) -> bool:
    has_cents = any(field.name.endswith("_minor") for field in page.model._meta.fields)
    return has_cents or any(is_figure(page, column) for column in page.list_display)


def has_filter(page, kind) -> bool:
    return any(isinstance(each, type) and issubclass(each, kind) for each in page.list_filter)


HAS = {
    "figure first": lambda page: is_figure(page, page.list_display[0]),
    "days": lambda page: has_filter(page, DayFilter),
    "amounts": lambda page: has_filter(page, AmountFilter),
    "totals": lambda page: bool(page.totalled),
    "file": lambda page: bool(page.exported),
}
OF_MONEY = [label for label, page in LISTS.items() if shows_money(page) and label not in NO_MONEY]


@pytest.mark.parametrize("what", HAS)
@pytest.mark.parametrize("label", OF_MONEY)
def test_a_list_of_money_has_what_finance_needs(label, what):
    assert HAS[what](LISTS[label]) != ((label, what) in EXCEPTED), EXCEPTED.get((label, what), what)


@pytest.mark.parametrize("label", OF_MONEY)
def test_figures_stand_right_one_above_the_other(label):
    page = LISTS[label]
    for column in filter(lambda column: is_figure(page, column), page.list_display):
        assert f".field-{column}," in CSS or f".field-{column})" in CSS, column
        assert f".column-{column}," in CSS or f".column-{column})" in CSS, column


@pytest.mark.parametrize("label", LISTS)
def test_a_list_shows_an_instant_to_the_minute(label):
    page = LISTS[label]
    raw = {field.name for field in page.model._meta.fields if field.get_internal_type() == "DateTimeField"}
    assert not raw & {*page.list_display}, "shown as Django writes it: name a column made by `instant`"


@pytest.mark.parametrize("label", LISTS)
def test_a_row_leads_to_its_page(label, rf):
    page, request = LISTS[label], rf.get("/")
    if page.list_display_links is not None:
        shown = page.get_list_display(request)
        leading = page.get_list_display_links(request, shown)
        assert leading
        assert all(column in shown for column in leading)


@pytest.mark.parametrize("label", OF_MONEY)
def test_live_and_test_money_are_told_apart_above_a_list_that_has_both(label):
    page = LISTS[label]
    tells = page.is_test is not None or any(list_modes(page.list_filter))
    assert tells == ("in_mode" in page.list_display)


def test_the_lists_of_each_day_are_among_them():
    assert {
        *("charges.Charge", "charges.Attempt", "charges.Dispute", "subscriptions.Subscription"),
        *("invoicing.TaxPaper", "payouts.Payout", "approvals.Approval", "bookkeeping.Difference"),
        *("bookkeeping.Statement", "ledger.CustomerTransaction", "ledger.LedgerTransaction"),
        *("ledger.LedgerEntry", "ledger.Correction"),
    } <= {*OF_MONEY}


@pytest.mark.parametrize("label", ["mail.Mail", "customers.AuditLine"])
def test_what_happens_each_day_is_found_by_its_day(label):
    assert has_filter(LISTS[label], DayFilter)


def test_what_is_excepted_is_there():
    assert all(shows_money(LISTS[label]) for label in NO_MONEY)
    assert {label for label, _ in EXCEPTED} <= {*OF_MONEY}
