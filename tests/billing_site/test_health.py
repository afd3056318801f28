"""What probes and Prometheus are told."""

import pytest
from django.db import connection
from django.test import Client

from billing_site import health


@pytest.fixture
def broker(settings, tmp_path):
    settings.BROKER_DIR = tmp_path
    (tmp_path / "queue").mkdir()
    return tmp_path / "queue"


def test_a_serving_process_is_alive_without_a_database():  # No database mark: a query would raise.
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_only_read(path, db):
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code in (200, 503)


def test_a_server_with_everything_is_ready(db, broker):
    response = Client().get("/readyz")
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
    }
    assert response.status_code == 200


def test_a_server_without_its_broker_is_not_ready(db, broker):
    broker.rmdir()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "broker": "failed"}


def test_a_server_without_its_database_is_not_ready_and_says_so_soon(db, broker, monkeypatch):
    nowhere = {"dbname": "none", "host": "127.0.0.1", "port": 9, "user": "nobody", "password": "a-secret"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: nowhere)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "failed", "migrations": "failed", "broker": "ok"}
    assert "secret" not in response.content.decode()


def test_a_server_with_a_migration_to_apply_is_not_ready(db, broker, monkeypatch):
    known = health.known_migrations()
    monkeypatch.setattr(health, "known_migrations", lambda: known | {("charges", "9999_later")})
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "failed", "broker": "ok"}


@pytest.mark.slow
def test_prometheus_reads_the_metrics_from_an_allowed_address(settings, db):
    Client().get("/healthz")
    response = Client().get("/metrics")
    assert response.status_code == 200
    assert b"django_http_responses_total_by_status_total" in response.content
    assert b"mails_waiting 0.0" in response.content
    settings.METRICS_ALLOWED_IPS = ["192.0.2.7"]
    assert Client().get("/metrics").status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_nobody_reads_the_metrics_through_a_proxy(header):
    response = Client(headers={header: "for=127.0.0.1"}).get("/metrics")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("setting", [{"TRUSTED_PROXIES": 1}, {"OVER_TLS": True}])
def test_where_there_is_a_proxy_an_address_alone_opens_nothing(settings, setting):
    for name, value in setting.items():
        setattr(settings, name, value)
    assert Client().get("/metrics").status_code == 404


@pytest.mark.slow
def test_a_token_opens_the_metrics_from_any_address_and_nothing_else_does(settings, db):
    settings.METRICS_TOKEN, settings.TRUSTED_PROXIES = "a-made-up-token-of-prometheus", 1
    statuses = [
        Client(headers={"Authorization": header}, REMOTE_ADDR=address).get("/metrics").status_code
        for header in ("Bearer a-made-up-token-of-prometheus", "Bearer wrong", "Bearer ", "")
        for address in ("192.0.2.7", "127.0.0.1")
    ]
    assert statuses == [200, 200, 404, 404, 404, 404, 404, 404]
