"""Settings from the environment: what each variable allows, and the one line that refuses anything else."""

import os
import re
import runpy
import traceback
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from charges.models import Attempt
from core.ids import new_public_id
from dialects.text.serializers import MAX_MONTHS
from subscriptions.models import Subscription
from subscriptions.schedule import Frequency, occurrence

SETTINGS = settings.BASE_DIR / "billing_site" / "settings.py"
LONG_KEY = "made-up-for-a-test-0123456789-abcdefghijklmnopqrstuvwxyz"
FLAGS = ("DEBUG", "HASHED_ASSETS", "ALLOW_DEMO", "GRANT_PAYOUTS", "BILLY_SHOW_API_KEYS", "SHOW_REVISION")
SWEEPS = tuple(f"{sweep}_EVERY_SECONDS" for sweep in ("RENEW", "COLLECT", "RESOLVE", "ROLL_UP", "END"))
CARDS = ("CARDS_PER_CALLER", "CARDS_PER_ADDRESS", "CARDS_PER_CUSTOMER", "TRIES_PER_CARD")
RANGES = {
    "PORT": (1, 65_535),
    "CHARGE_EXPIRES_DAYS": (1, 3650),
    "RETRY_INTERVAL_HOURS": (1, 8760),
    "CATCH_UP_LIMIT": (0, 1000),
    "GATEWAY_CALLS_AT_ONCE": (1, 1000),
    "WEB_THREADS": (2, 64),
    "PROCESSOR_CALLS": (1, 64),
    "PROCESSOR_CALLS_PER_CALLER": (1, 64),
    **dict.fromkeys(CARDS, (1, 1_000_000)),
    "UNPAID_CARDS_PERCENT": (1, 100),
    "TRUSTED_PROXIES": (0, 10),
    "DAILY_PAYOUT_LIMIT": (0, 999_999_999_999),
    "BILLY_MAXIMUM_RETRY": (0, 32_767),
}
CHOICES = {
    "LIVE_GATEWAY": "one of sandbox",
    "COMPANY_CREATION": "one of open, local, invitation, closed",
    "LOG_LEVEL": "one of DEBUG, INFO, WARNING, ERROR, CRITICAL",
}
CURRENCY = "the ISO 4217 code of a currency with 0, 2 or 3 decimals, such as USD"
DAYS = "ascending whole numbers from 1 to 365, with commas between, or none"
ORIGIN = "http:// or https:// and a host with nothing behind it, such as https://billing.example"
HOSTS = "host names or IP addresses without scheme and port (.example for all below, * for all)"
CONSOLES = "origins such as https://console.example, http:// on this machine only, with commas between"
ADDRESSES = "none, or IP addresses (not networks), with commas between"
WRONG = [
    ("MAIL_FROM", "a b@c.example", "an e-mail address"),
    *(
        (name, value, "true or false (or yes, no, on, off, 1, 0)")
        for name in FLAGS
        for value in ("maybe", "2")
    ),
    *(
        (name, value, f"a whole number from {least} to {most}")
        for name, (least, most) in RANGES.items()
        for value in ("many", "-1", "1.5", "1_0", "0x1", "1e3", "٣", str(most + 1), "9" * 30)
    ),
    *((name, str(least - 1), "a whole number") for name, (least, _) in RANGES.items()),
    *(
        (name, value, "a number of seconds from 0.1 to 3600")
        for name in SWEEPS
        for value in ("0", "-1", "0.01", "3601", "nan", "inf", "1e3", "soon")
    ),
    *(("SANDBOX_SLOW_SECONDS", value, "a number of seconds from 0 to 600") for value in ("-1", "601", "nan")),
    *((name, value, allowed) for name, allowed in CHOICES.items() for value in ("other", "Open", "info")),
    *(
        ("DEFAULT_CURRENCY", code, CURRENCY)
        for code in ("usd", "US", "USDX", "EURO", "$", "XXX", "XTS", "XAU", "CLF", "UYW", "HRK", "USD|EUR")
    ),
    *(
        ("RETRY_DAYS", days, DAYS)
        for days in ("0", "3,1", "1,1", "1,,3", "1;3", "-1", "1,366", "soon", "1.5")
    ),
    *(
        ("BASE_URL", url, ORIGIN)
        for url in (
            "billing.example",
            "ftp://billing.example",
            "https://",
            "https://billing.example/path",
            "https://billing.example/?a=b",
            "https://billing.example/#a",
            "https://billing.example:99999",
            "https://billing.example:0",
            "https://billing.example:http",
            "https://my_server",
            "https://a..b",
            "https://[::1",
            "//billing.example",
        )
    ),
    *(
        ("CONSOLE_ORIGINS", value, CONSOLES)
        for value in (
            "console.example",
            "https://console.example/path",
            "https://*.example",
            "*",
            "'self'",
            "https://console.example;script-src *",
            "http://console.example",
            "https://[::1]",
            "https://user@console.example",
            "https://a.example,",
        )
    ),
    *(
        ("HOST", value, "a host name or an IP address")
        for value in ("http://x", "a b", "127.0.0.1:80", "[::1]")
    ),
    *(
        ("ALLOWED_HOSTS", value, HOSTS)
        for value in (
            "https://a.example",
            "a.example:80",
            "a.example,",
            "*.example",
            "::1",
            "[::1",
            "[a]",
            "a b",
        )
    ),
    *(
        ("METRICS_ALLOWED_IPS", value, ADDRESSES)
        for value in ("localhost", "10.0.0.0/8", "1.2.3", "1.2.3.4,none", "[::1]")
    ),
    ("DEPLOYMENT", "a b", "1 to 72 letters, digits, dots, dashes and underscores"),
    *(
        (name, value, "a number, a slash and second, minute, hour or day, such as 10/hour")
        for name in ("COMPANY_CREATION_RATE", "PROCESSOR_CALLS_RATE")
        for value in ("10", "0/hour", "10/h", "10 per hour", "many/hour")
    ),
    *(
        ("SANDBOX_BOOKS", value, "the path of a file, beginning with /")
        for value in ("books.sqlite3", "/tmp")
    ),
]
SECRETS = [
    ("DATABASE_URL", "mysql://user:hunter2@db.example/billing"),
    ("DATABASE_URL", "postgres://user:hunter2@db.example"),
    ("DATABASE_URL", "postgres://user:hunter2@db.example:port/billing"),
    ("DATABASE_URL", "postgres://user:hunter2/3@db.example/billing"),
    ("DATABASE_URL", "postgres://user:1/hunter2@db.example/billing"),
    *((f"DATABASE_{name}", "hunter2") for name in ("URL", "OWNER_URL", "ADMIN_URL")),
    *(("METRICS_TOKEN", "hunter2"), ("EMAIL_URL", "https://user:hunter2@mail.example")),
    ("REDIS_URL", "http://:hunter2@redis.example"),
    ("REDIS_URL", "redis://:hunter2@redis.example:port/0"),
    ("REDIS_URL", "redis://:hunter2@redis.example/first"),
    ("REDIS_URL", "redis:hunter2"),
    ("BASE_URL", "https://user:hunter2@billing.example"),
    ("SECRET_KEY", "hunter2"),
    ("SECRET_KEY", "hush" * 20),
]
RIGHT = [
    ("DEBUG", "Yes", "DEBUG", True),
    ("ALLOW_DEMO", "off", "ALLOW_DEMO", False),
    ("GRANT_PAYOUTS", "0", "GRANT_PAYOUTS", False),
    ("PORT", " 65535 ", "PORT", 65_535),
    ("PORT", "8080", "BASE_URL", "http://127.0.0.1:8080"),
    ("HOST", "::", "HOST", "::"),
    ("HOST", "x86_64-conda-linux-gnu", "HOST", "x86_64-conda-linux-gnu"),
    ("BASE_URL", "HTTPS://Billing.Example/", "BASE_URL", "https://billing.example"),
    ("BASE_URL", "https://billing.example:443", "BASE_URL", "https://billing.example"),
    ("BASE_URL", "http://[::1]:8000", "BASE_URL", "http://[::1]:8000"),
    (
        "CONSOLE_ORIGINS",
        "https://Console.Example:443/, http://localhost:8842",
        "CONSOLE_ORIGINS",
        ["https://console.example", "http://localhost:8842"],
    ),
    (
        "ALLOWED_HOSTS",
        "a.example, .b.example,[::1],10.0.0.1",
        "ALLOWED_HOSTS",
        ["a.example", ".b.example", "[::1]", "10.0.0.1"],
    ),
    ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS", ["*"]),
    ("METRICS_ALLOWED_IPS", "10.0.0.1,0:0::1", "METRICS_ALLOWED_IPS", ["10.0.0.1", "::1"]),
    ("METRICS_ALLOWED_IPS", "none", "METRICS_ALLOWED_IPS", []),
    ("RETRY_DAYS", "1, 2,365", "RETRY_DAYS", [1, 2, 365]),
    ("RETRY_DAYS", "none", "RETRY_DAYS", []),
    ("DEFAULT_CURRENCY", "JPY", "DEFAULT_CURRENCY", "JPY"),
    ("DEFAULT_CURRENCY", "KWD", "DEFAULT_CURRENCY", "KWD"),
    ("REDIS_URL", "rediss://:a%40b@redis_1:6379/1", "CELERY_BROKER_URL", "rediss://:a%40b@redis_1:6379/1"),
    ("SANDBOX_SLOW_SECONDS", "0.5", "SANDBOX_SLOW_SECONDS", 0.5),
    ("SECRET_KEY", "short-and-local", "SECRET_KEY", "short-and-local"),
    ("SECRET_KEY_FALLBACKS", "old,older", "SECRET_KEY_FALLBACKS", ["old", "older"]),
    ("DEPLOYMENT", "eu-1_b.c", "DEPLOYMENT", "eu-1_b.c"),
]


@pytest.fixture
def load(monkeypatch):
    """Read all settings anew, from these variables alone."""
    kept = {name: os.environ[name] for name in ("PATH", "BILLING_TEST") if name in os.environ}

    def run(**variables):
        monkeypatch.setattr("os.environ", kept | variables)
        return runpy.run_path(str(SETTINGS))

    return run


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


@pytest.mark.parametrize(("query", "options"), [("", "-c jit=off"), ("?options=-c%20jit%3Don", "-c jit=on")])
def test_queries_are_not_compiled_unless_the_operator_says_so(load, query, options):
    url = f"postgres://user@db.example/billing{query}"
    database = load(DATABASE_URL=url, SECRET_KEY=LONG_KEY)["DATABASES"]["default"]
    assert database["OPTIONS"]["options"] == options


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
