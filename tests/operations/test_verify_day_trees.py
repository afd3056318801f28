"""Whoever tampers with a closed day past every guard is found by `verify`."""

import pytest
from django.db import connection

from core import clock
from ledger.day_trees import close as closing
from ledger.models import LedgerTransaction
from operations.factories import OrganizationFactory
from operations.invariants.day_trees import DAY_TREES as INVARIANTS
from operations.verification import find_breaches
from tests.bookkeeping.months import post_sale
from tests.ledger.day_trees.days import FIRST, ONE_DAY, close_day_of, morning_after
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data
from tests.operations.day_tree_breakages import DAY_TREES

pytestmark = pytest.mark.django_db
NOW = morning_after(FIRST + 2 * ONE_DAY)


@pytest.fixture(scope="module")
def story(request):
    """Three closed days, the first with two sales."""
    with pytest.MonkeyPatch.context() as patch, rows_of_module(request, lambda: tell_story(patch)) as rows:
        yield rows


def tell_story(patch):
    patch.setattr(closing, "NEXT_TRANSACTION", "SELECT 0")  # Our own transaction would be waited for.
    seller = OrganizationFactory()
    with clock.travel_to(FIRST):
        post_sale(seller, "first")
        post_sale(seller, "second")
    connection.check_constraints()
    break_data("UPDATE ledger_ledgerentry SET xact = 3")
    for days in range(3):
        assert close_day_of(FIRST + days * ONE_DAY).closed_at is not None
    return {"sale": LedgerTransaction.objects.get(reference="first").pk}


def find_broken():
    with clock.travel_to(NOW):
        return {breach.invariant.id for breach in find_breaches(INVARIANTS)}


def test_closed_days_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", DAY_TREES)
def test_tampering_is_found(name, story):
    sql, expected = DAY_TREES[name]
    break_data(sql.format(**story))
    assert find_broken() == expected
