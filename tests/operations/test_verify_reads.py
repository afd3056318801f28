"""How `manage.py verify` reads: all invariants see one state, and none is compiled just in time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.invariants import Invariant
from operations.verification import find_breaches


@pytest.mark.django_db(transaction=True)
def test_everything_is_read_in_one_read_only_snapshot():
    with CaptureQueriesContext(connection) as queries:
        find_breaches()
    assert queries[0]["sql"] == "BEGIN"
    assert "REPEATABLE READ READ ONLY" in queries[1]["sql"]
    assert [query["sql"] for query in queries].count("COMMIT") == 1


@pytest.mark.django_db
def test_no_statement_is_compiled_for_costs_that_are_made_up():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = on")
    sql = "SELECT current_setting('jit') AS jit WHERE current_setting('jit') <> 'off'"
    assert find_breaches([Invariant("I-00", "Nothing is compiled.", sql)]) == []
