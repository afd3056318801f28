"""Each invariant of closed months is broken on purpose, and exactly it is reported."""

import pytest
from django.db import connection

from ledger.models import Month
from operations.invariants import INVARIANTS
from tests.bookkeeping.months import NOVEMBER, OCTOBER, close, sell
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.month_breakages import MONTHS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# What is wrong in the books, and not what is late: the story is one of months ago.
NOT_LATE = [invariant for invariant in INVARIANTS if not invariant.liveness]


@pytest.fixture(scope="module")
def story(request):
    """A month with a sale and one without, both closed."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    sell(OCTOBER)
    connection.check_constraints()
    close()
    close()
    return {"month": Month.objects.get(starts_at=OCTOBER).pk}


def test_closed_months_break_nothing(story):
    assert Month.objects.get(starts_at=NOVEMBER).closed_at is not None
    assert find_broken(among=NOT_LATE) == set()


@pytest.mark.parametrize("name", MONTHS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = MONTHS[name]
    break_data(sql.format(**story))
    assert find_broken(sql, NOT_LATE) == expected
