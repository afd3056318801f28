"""Rows that are written without the ORM leave no column out that needs a value."""

import ast

import pytest
from django.db.models import NOT_PROVIDED

from charges.collection.new_attempt import NewAttempt
from charges.fees.record import NewFee
from charges.history import HistoryRow as ChargeHistoryRow
from charges.models import Attempt, AttemptFee, Charge, StatusChange
from charges.new_charge import NewCharge
from ledger.allocation import NewAllocation
from ledger.models import Allocation
from subscriptions.history import HistoryRow as SubscriptionHistoryRow
from subscriptions.models import SubscriptionChange
from tests.architecture.sources import find_calls, read_modules

pytestmark = pytest.mark.rules

ROWS = {
    Charge: NewCharge,
    Attempt: NewAttempt,
    StatusChange: ChargeHistoryRow,
    SubscriptionChange: SubscriptionHistoryRow,
    Allocation: NewAllocation,
    AttemptFee: NewFee,
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
    inserted = {
        ast.unparse(call.args[0])
        for module in read_modules("charges", "ledger", "subscriptions")
        for name, call in find_calls(module.tree)
        if name == "insert_rows"
    }
    assert inserted == {model.__name__ for model in ROWS}
