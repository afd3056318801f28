"""Settings from the environment: what each variable allows, and the one line that refuses anything else."""

import re
import traceback
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from charges.models import Attempt
from core.ids import new_public_id
from dialects.text.serializers import MAX_MONTHS
from subscriptions.models import Subscription
from subscriptions.schedule import Frequency, occurrence
from tests.billing_site.settings_values import RANGES, RIGHT, SECRETS, WRONG

LONG_KEY = "made-up-for-a-test-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value", "allowed"), WRONG)
def test_a_wrong_value_is_refused_by_name_with_what_is_allowed(load, name, value, allowed):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} must be {re.escape(allowed)}") as refusal:
        load(**{name: value})
    [line] = str(refusal.value).splitlines()
    assert repr(value[:60])[:-1] in line


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_what_may_be_a_secret_is_refused_without_being_shown(load, name, value):
    known = {"SECRET_KEY": LONG_KEY, "BASE_URL": "https://billing.example"}
    with pytest.raises(ImproperlyConfigured, match=f"^{name} must be ") as refusal:
        load(**known | {name: value})
    report = "".join(traceback.format_exception(refusal.value))
    assert "hunter2" not in report
    assert value not in report


@pytest.mark.parametrize(("name", "value", "setting", "expected"), RIGHT)
def test_a_right_value_is_taken(load, name, value, setting, expected):
    assert load(**{name: value})[setting] == expected


@pytest.mark.parametrize(("name", "limits"), RANGES.items())
def test_both_ends_of_a_range_are_allowed(load, name, limits):
    for limit in limits:
        load(**{name: str(limit)})


def test_every_variable_has_a_default_and_an_empty_one_counts_as_not_set(load):
    unset = load()
    empty = load(**dict.fromkeys(unset["env"].names, ""))
    names = [name for name in unset if name.isupper() and name != "LOGGING"]  # Has objects of its own.
    assert [name for name in names if unset[name] != empty[name]] == []


def test_every_variable_refuses_something(load):
    refusing = {name for name, *_ in WRONG} | {name for name, _ in SECRETS}
    assert load()["env"].names - refusing == {"SECRET_KEY_FALLBACKS"}


def test_a_database_and_its_secrets_are_read_from_one_url(load):
    url = "postgres://user:a%2Fb@db.example:6543/billing?sslmode=require"
    database = load(DATABASE_URL=url, SECRET_KEY=LONG_KEY)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 6543, "billing")
    assert (database["USER"], database["PASSWORD"]) == ("user", "a/b")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_a_database_may_be_behind_the_socket_in_a_folder(load):
    url = "postgres://user@%2Fvar%2Frun%2Fpostgresql:6543/billing"
    database = load(DATABASE_URL=url, SECRET_KEY=LONG_KEY)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"]) == ("/var/run/postgresql", 6543)


@pytest.mark.parametrize(("query", "options"), [("", "-c jit=off"), ("?options=-c%20jit%3Don", "-c jit=on")])
def test_queries_are_not_compiled_unless_the_operator_says_so(load, query, options):
    url = f"postgres://user@db.example/billing{query}"
    database = load(DATABASE_URL=url, SECRET_KEY=LONG_KEY)["DATABASES"]["default"]
    assert re.findall("-c jit=[a-z]+", database["OPTIONS"]["options"])[-1] == options


def test_a_value_that_is_long_is_cut(load):
    with pytest.raises(ImproperlyConfigured, match=f"not '{'x' * 60}\\.\\.\\.'\\.$"):
        load(LIVE_GATEWAY="x" * 10_000)


def test_the_longest_deployment_leaves_room_in_the_key_of_an_attempt(load):
    longest = load(DEPLOYMENT="x" * 72)["DEPLOYMENT"]
    key = f"{longest}-{new_public_id()}-{2**31 - 1}"
    assert len(key) == Attempt._meta.get_field("key").max_length


def test_the_most_missed_periods_of_the_longest_kind_end_within_the_calendar():
    _, most = RANGES["CATCH_UP_LIMIT"]
    last = occurrence(datetime(2900, 1, 31, tzinfo=UTC), 1000 + most, Frequency.MONTHLY, MAX_MONTHS)
    assert last.year == 8900


@pytest.mark.parametrize("column", ["catch_up_limit", "retry_limit", "retry_days"])
def test_the_largest_numbers_fit_into_their_columns(column):
    field = Subscription._meta.get_field(column)
    [*_, largest] = connection.ops.integer_field_range(
        getattr(field, "base_field", field).get_internal_type()
    )
    limits = {"catch_up_limit": "CATCH_UP_LIMIT", "retry_limit": "BILLY_MAXIMUM_RETRY"}
    assert RANGES[limits[column]][1] <= largest if column in limits else largest >= 365


@pytest.mark.parametrize("where", [{"BASE_URL": "https://billing.example"}, {"HOST": "0.0.0.0"}])
def test_only_on_a_developers_machine_the_second_factor_of_staff_is_off(load, where):
    known = {"SECRET_KEY": LONG_KEY, **where}
    with pytest.raises(ImproperlyConfigured, match=r"^STAFF_SECOND_FACTOR must be one of money, all"):
        load(**known, STAFF_SECOND_FACTOR="off")
    assert load(**known)["STAFF_SECOND_FACTOR"] == "money"
    assert load()["STAFF_SECOND_FACTOR"] == load(STAFF_SECOND_FACTOR="off")["STAFF_SECOND_FACTOR"] == "off"
