"""Who asks while the database is away is told to come back, in the shape of the dialect."""

from types import SimpleNamespace

import psycopg
import pytest
from django.db import DataError, Error, InterfaceError, OperationalError, connection
from django.test import Client

from core.database_errors import is_database_away


def caused(error: type[Error], cause: type[psycopg.Error]) -> Error:
    try:
        raise error("a-secret-of-ours") from cause("a-secret-of-ours")
    except Error as made:
        return made


def ask(monkeypatch, path, error, **headers):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
    return Client(raise_request_exception=False).get(path, headers=headers)


@pytest.mark.parametrize(
    ("path", "headers", "kind", "said"),
    [
        ("/v2/direct_charge/livechat", {}, "application/json", b'"type": "internal"'),
        ("/v1/plans", {}, "text/plain; charset=UTF-8", b"503 Service Unavailable\n\n"),
        ("/v1/plans", {"Accept": "*/*"}, "text/html; charset=UTF-8", b"503 Service Unavailable"),
        ("/api/v01/plans", {}, "application/json", b"E01"),
        ("/api/v01/plans", {"Accept": "application/xml"}, "application/xml; charset=utf-8", b"E01"),
        ("/account/", {}, "text/html; charset=utf-8", b"Something went wrong on our side"),
    ],
)
def test_each_door_says_503_and_when_to_come_back(db, monkeypatch, path, headers, kind, said):
    error = caused(OperationalError, psycopg.errors.ConnectionTimeout)
    answer = ask(monkeypatch, path, error, **headers)
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, kind, "5")
    assert said in answer.content
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("error", "cause", "is_away"),
    [
        (OperationalError, psycopg.errors.AdminShutdown, True),
        (OperationalError, psycopg.errors.TooManyConnections, True),
        (OperationalError, psycopg.errors.DiskFull, True),
        (OperationalError, psycopg.OperationalError, True),
        (OperationalError, psycopg.errors.QueryCanceled, False),
        (OperationalError, psycopg.errors.LockNotAvailable, False),
        (OperationalError, psycopg.errors.DeadlockDetected, False),
        (DataError, psycopg.errors.NumericValueOutOfRange, False),
    ],
)
def test_a_database_is_away_when_its_line_or_its_server_is(error, cause, is_away):
    assert is_database_away(caused(error, cause)) is is_away


@pytest.mark.parametrize(
    ("line", "is_away"),
    [(None, True), (SimpleNamespace(closed=True), True), (SimpleNamespace(closed=False), False)],
)
def test_what_the_driver_refuses_means_so_only_without_an_open_line(monkeypatch, line, is_away):
    monkeypatch.setattr("core.database_errors.connection", SimpleNamespace(connection=line))
    assert is_database_away(caused(InterfaceError, psycopg.InterfaceError)) is is_away


def test_a_closed_cursor_is_our_failure(db):
    with connection.cursor() as cursor:
        pass
    with pytest.raises(InterfaceError) as closed:
        cursor.execute("SELECT 1")
    assert not is_database_away(closed.value)


def test_what_is_wrong_with_a_statement_is_still_our_failure(db, monkeypatch):
    answer = ask(monkeypatch, "/v1/direct_charge", caused(DataError, psycopg.errors.NumericValueOutOfRange))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (500, None)
