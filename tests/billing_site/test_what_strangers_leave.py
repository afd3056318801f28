"""What anonymous requests leave behind in tables, WAL, cache, broker, files and the log, at each door."""

import base64
import os
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.test import Client

from access.log_in_limits import KNOWN_FOR
from access.tasks import purge
from billing_site.celery import app
from core import clock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

REQUESTS = 10
ROWS_PER_REQUEST, WAL_PER_REQUEST, LOG_PER_REQUEST = 2, 6_000, 1_000
TABLES_PER_REQUEST = 2_000
LONG = "x" * 1_000


def basic(number: int) -> dict[str, str]:
    credentials = base64.b64encode(f"api-{number}:{LONG}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


def log_in(client: Client, number: int, path: str = "/login/"):
    return client.post(path, {"username": f"person{number}@buyer.example", "password": LONG, "next": LONG})


def ask_for_token(client: Client, number: int, path: str = "/oauth/token/"):
    form = {"grant_type": "authorization_code", "code": f"{number}{LONG}", "client_id": f"{number}"}
    return client.post(path, form, headers=basic(number))


DOORS = {
    "log-in page": lambda client, number: client.get(f"/login/?next=/{number}{LONG}"),
    "log-in": log_in,
    "log-in of staff": lambda client, number: log_in(client, number, f"/admin/login/?next=/{number}"),
    "link by mail": lambda client, number: client.post("/login/unlock/", {"username": f"{number}{LONG}"}),
    "mailed link": lambda client, number: client.post(f"/login/open/?token={number}{LONG}"),
    "purchase": lambda client, number: client.get(f"/?id={number}{LONG}"),
    "consent": lambda client, number: client.get(f"/oauth/authorize/?client_id={number}&state={LONG}"),
    "sign-in of Text": lambda client, number: client.get(f"/?response_type=code&client_id={number}"),
    "token": ask_for_token,
    "revocation": lambda client, number: ask_for_token(client, number, "/oauth/revoke_token/"),
    "introspection": lambda client, number: ask_for_token(client, number, "/oauth/introspect/"),
    "token of Text": lambda client, number: ask_for_token(client, number, "/v2/token"),
    "company": lambda client, number: client.post("/v1/companies", {"processor_key": f"{number}{LONG}"}),
    "Billy": lambda client, number: client.post("/v1/customers", {}, headers=basic(number)),
    "UniBill": lambda client, number: client.get(f"/api/v01/plans?x={number}", headers=basic(number)),
    "Text": lambda client, number: client.post(
        f"/v2/direct_charge/livechat?x={number}",
        "{}",
        "application/json",
        headers={"Authorization": f"Bearer {number}{LONG}", "Idempotency-Key": f"key-{number}"},
    ),
    "hook": lambda client, number: client.post("/hooks/sandbox/", f"{number}{LONG}", "application/json"),
    "document": lambda client, number: client.get(f"/docs/openapi.json?x={number}"),
    "document of UniBill": lambda client, number: client.get(f"/docs/unibill/openapi.json?x={number}"),
    "no page": lambda client, number: client.get(f"/{number}{LONG}"),
}


def count_rows() -> int:
    return sum(model._base_manager.count() for model in apps.get_models(include_auto_created=True))


def read_wal_position() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
        return cursor.fetchone()[0]


def read_size_of_tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r'")
        return cursor.fetchone()[0]


def count_cached() -> int:
    return sum(len(caches[name]._cache) for name in django_settings.CACHES)


def list_files() -> list[Path]:
    # Files of the database come and go, of that of another worker, too.
    tops = [top for top in Path(django_settings.DATA_DIR).glob("*") if "postgres" not in top.name]
    return sorted(path for top in tops for path in (top, *top.glob("**/*")))


def count_messages() -> int:
    with app.connection_for_write() as broker:
        return broker.default_channel.queue_declare("celery").message_count


def knock(door, requests: int) -> None:
    for number in range(requests):
        client = Client(REMOTE_ADDR=f"203.0.{number // 250}.{number % 250 + 1}")
        assert door(client, number).status_code < 500


def measure() -> dict[str, int]:
    return {
        "rows": count_rows(),
        "WAL": read_wal_position(),
        "tables": read_size_of_tables(),
        "cache": count_cached(),
        "queue": count_messages(),
    }


def check_what_is_left(door, requests: int, capfd) -> None:
    door(Client(REMOTE_ADDR="203.0.200.1"), 10**6)  # What is made once a process is made now.
    capfd.readouterr()
    before, files = measure(), list_files()
    knock(door, requests)
    logged = len("".join(capfd.readouterr()))
    left = {name: value - before[name] for name, value in measure().items()}
    assert left["rows"] <= ROWS_PER_REQUEST * requests
    assert left["tables"] <= TABLES_PER_REQUEST * requests + 100_000
    if "PYTEST_XDIST_WORKER" not in os.environ:  # The log is of the whole server, other tests write too.
        assert left["WAL"] <= WAL_PER_REQUEST * requests
    assert left["cache"] <= requests
    assert left["queue"] == 0
    assert logged <= LOG_PER_REQUEST * requests
    assert list_files() == files


@pytest.mark.parametrize("door", DOORS)
def test_a_door_leaves_little_and_nothing_after_the_purge(capfd, door):
    rows = count_rows()
    check_what_is_left(DOORS[door], REQUESTS, capfd)
    with clock.travel_to(clock.now() + KNOWN_FOR * 2):
        purge()
    assert count_rows() == rows


@pytest.mark.night
@pytest.mark.parametrize("door", DOORS)
def test_two_thousand_requests_leave_little(capfd, door):
    check_what_is_left(DOORS[door], 2_000, capfd)


def test_one_address_leaves_a_row_for_few_of_the_names_that_it_tries():
    rows = count_rows()
    for number in range(120):
        log_in(Client(REMOTE_ADDR="203.0.113.7"), number)
    assert count_rows() - rows <= 25
