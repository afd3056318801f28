"""A final statement names the signed root of the books until its month's end, in every form."""

from datetime import UTC, datetime, timedelta

import pytest

from bookkeeping.statements import csv_file, pdf
from bookkeeping.statements.reading import read_statement, read_statements
from core import clock
from dialects.text.statement_views import render_statements
from ledger.day_trees import close as closing
from ledger.day_trees.reading import find_roots_of_months
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, close, sell
from tests.ledger.day_trees.days import close_day_of

pytestmark = pytest.mark.django_db
LAST_DAY = DECEMBER - timedelta(hours=1)


@pytest.fixture
def seller():
    charge = sell()
    close()
    return charge.payee_id


def read(seller):
    return read_statement(seller, starts_at=NOVEMBER, currency="USD")


@pytest.mark.slow
def test_the_root_of_the_last_day_is_on_the_statement(seller, monkeypatch):
    monkeypatch.setattr(closing, "NEXT_TRANSACTION", "SELECT 0")
    assert render_statements([read(seller)])[0]["books"] is None
    assert "books" not in "".join(csv_file.write_statement(read(seller)))
    tree = close_day_of(LAST_DAY)
    later = close_day_of(AFTERWARDS - timedelta(days=2))
    statement = read(seller)
    assert later.root != tree.root == render_statements([statement])[0]["books"]["root"]
    last = "".join(csv_file.write_statement(statement)).splitlines()[-1]
    assert last.startswith("books,")
    assert f"The books until the end of 2026-11-30: root {tree.root}, key {tree.key.public_key}" in last
    assert pdf.write_statement(statement) == pdf.write_statement(read(seller))
    assert [*pdf._write_end(statement)][1:] == [
        f"The books until the end of 2026-11-30: root {tree.root}",
        f"Signed with the key {tree.key.public_key}",
    ]


def test_a_statement_that_may_change_names_none(monkeypatch):
    monkeypatch.setattr(closing, "NEXT_TRANSACTION", "SELECT 0")
    charge = sell()
    close_day_of(LAST_DAY)
    with clock.travel_to(AFTERWARDS):
        [statement] = read_statements(charge.payee_id, starts_at=NOVEMBER)
    assert statement.find_books() is None


def test_the_days_of_many_months_are_found_by_two_queries(db, django_assert_num_queries):
    ends = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 12)]
    with django_assert_num_queries(2):
        assert find_roots_of_months(ends) == {}
