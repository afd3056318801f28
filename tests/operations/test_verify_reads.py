"""How `manage.py verify` reads: all invariants see one state, and none is compiled just in time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.factories import ChargeFactory
from operations.invariants import INVARIANTS, Invariant, Part
from operations.verification import find_breaches

CHARGES = "charges_charge c"


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


def test_invariants_that_share_a_join_name_no_two_values_alike():
    named = {}
    for invariant in (each for each in INVARIANTS if each.parts):
        for name, value in invariant.params.items():
            assert named.setdefault(name, value) == value, (invariant.id, name)


def make_two(first="false", second="false"):
    return [
        Invariant("I-00", "One.", parts=(Part(CHARGES, "c.id", first),)),
        Invariant("I-01", "Two.", "SELECT 7 AS id", parts=(Part(CHARGES, "c.id", second),)),
    ]


@pytest.mark.django_db
def test_a_join_that_several_share_is_made_once_while_all_hold():
    with CaptureQueriesContext(connection) as queries:
        [breach] = find_breaches(make_two())
    assert (breach.invariant.id, breach.rows) == ("I-01", [{"id": 7}])
    assert len([query for query in queries if CHARGES in query["sql"]]) == 1


@pytest.mark.django_db
def test_each_that_is_broken_has_its_own_rows_of_a_join():
    charge = ChargeFactory()
    [breach] = find_breaches(make_two(second="c.quantity > 0"))
    assert sorted(row["id"] for row in breach.rows) == sorted([7, charge.pk])
    assert [each.invariant.id for each in find_breaches(make_two("c.quantity > 0"))] == ["I-00", "I-01"]
