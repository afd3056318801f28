"""Rows that are written without the ORM leave no column out that needs a value."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import NOT_PROVIDED

from charges.collection.new_attempt import NewAttempt
from charges.history import HistoryRow as ChargeHistoryRow
from charges.models import Attempt, Charge, StatusChange
from charges.new_charge import NewCharge
from ledger.allocation import NewAllocation
from ledger.models import Allocation, LedgerEntry, LedgerTransaction
from ledger.services import NewEntry, NewTransaction
from subscriptions.history import HistoryRow as SubscriptionHistoryRow
from subscriptions.models import SubscriptionChange

pytestmark = pytest.mark.rules

ROWS = {
    Charge: NewCharge,
    Attempt: NewAttempt,
    StatusChange: ChargeHistoryRow,
    SubscriptionChange: SubscriptionHistoryRow,
    LedgerTransaction: NewTransaction,
    LedgerEntry: NewEntry,
    Allocation: NewAllocation,
}


@pytest.mark.parametrize(("model", "row"), ROWS.items())
def test_a_row_names_every_column_that_needs_a_value(model, row):
    named = set(row._fields)
    missing = [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in named
        and not (field.primary_key or field.null or field.db_default is not NOT_PROVIDED)
    ]
    assert missing == []


@pytest.mark.parametrize(("model", "row"), ROWS.items())
def test_a_row_names_nothing_but_columns(model, row):
    assert set(row._fields) <= {field.attname for field in model._meta.concrete_fields}


def test_every_model_that_is_inserted_in_bulk_is_in_the_table():
    packages = ("charges", "ledger", "subscriptions")
    files = [path for package in packages for path in (Path(settings.BASE_DIR) / package).rglob("*.py")]
    inserted = {
        ast.unparse(node.args[0])
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("insert_rows", "insert_missing_rows")
    }
    assert inserted == {model.__name__ for model in ROWS}
