"""The recorder writes beside requests, never instead of them."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from prometheus_client import REGISTRY

from core import clock
from request_log import recorder
from request_log.entries import STRANGER, Entry
from request_log.models import LoggedRequest
from request_log.purge import purge_old_requests
from request_log.recorder import Recorder
from request_log.write import write_entries


def entry(number=0, **fields):
    said = {"caller": STRANGER, "method": "GET", "path": "/v2/x", "status": 200, "request_id": f"r{number}"}
    rest = {"duration_ms": 1, "refusal": "", "livemode": None, "created_at": clock.now()}
    return Entry(**said | rest | fields)


def count_dropped(reason):
    return REGISTRY.get_sample_value("request_log_dropped_total", {"reason": reason}) or 0


def test_a_thread_writes_in_portions_soon_after_they_have_come(monkeypatch):
    monkeypatch.setattr(recorder, "GATHER_SECONDS", 0.05)
    written, here = [], threading.current_thread()
    own = Recorder(write=lambda portion: written.append((threading.current_thread(), len(portion))))
    for number in range(recorder.AT_ONCE + 5):
        own.add(entry(number))
    deadline = time.monotonic() + 10
    while sum(count for _, count in written) < recorder.AT_ONCE + 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert written[0][1] <= recorder.AT_ONCE
    assert sum(count for _, count in written) == recorder.AT_ONCE + 5
    assert all(thread is not here for thread, _ in written)


@pytest.mark.slow
def test_what_is_too_much_is_dropped_and_counted(monkeypatch):
    monkeypatch.setattr(recorder, "MOST_WAITING", 2)
    monkeypatch.setattr(recorder, "STRANGERS_PER_SECOND", 1)
    written, before = [], [count_dropped("full"), count_dropped("strangers")]
    own = Recorder(write=written.extend)
    own._start = lambda: None
    for number in range(3):
        own.add(entry(number))
    own.flush()
    for number in range(10):
        own.add(entry(number), is_stranger=True)
    own.flush()
    assert len(written) in (3, 4)  # A second may have ended between.
    assert count_dropped("full") == before[0] + 1
    assert count_dropped("strangers") >= before[1] + 8


@pytest.mark.django_db
def test_a_failing_database_is_no_trouble_of_the_request(request_log):
    def fail(portion):
        raise DatabaseError("no connection")

    before = count_dropped("database")
    request_log.recorder._write = fail
    assert Client().get("/v2/direct_charge/livechat").status_code == 401
    assert request_log.read() == []
    assert count_dropped("database") == before + 1
    request_log.recorder._write = write_entries
    assert Client().get("/v2/direct_charge/livechat").status_code == 401
    assert len(request_log.read()) == 1


@pytest.mark.django_db
def test_a_fault_while_recording_is_no_trouble_of_the_request(request_log, monkeypatch):
    monkeypatch.setattr(request_log.recorder, "add", None)
    assert Client().get("/v2/direct_charge/livechat").status_code == 401


@pytest.mark.django_db
def test_a_portion_takes_few_statements(django_assert_num_queries):
    with django_assert_num_queries(4):  # Savepoint, its end, the setting, the rows.
        write_entries([entry(number) for number in range(100)])
    assert LoggedRequest.objects.count() == 100


@pytest.mark.django_db
def test_requests_are_forgotten_after_their_days(settings):
    settings.REQUEST_LOG_DAYS = 30
    old, young = clock.now() - timedelta(days=30, seconds=1), clock.now() - timedelta(days=29)
    write_entries([entry(1, created_at=old), entry(2, created_at=young)])
    assert purge_old_requests() == 1
    assert [row.request_id for row in LoggedRequest.objects.all()] == ["r2"]
    settings.REQUEST_LOG_DAYS = 0
    assert purge_old_requests() == 1


@pytest.mark.django_db
def test_switched_off_nothing_is_kept(request_log, settings):
    settings.REQUEST_LOG_DAYS = 0
    Client().get("/v2/direct_charge/livechat")
    assert request_log.read() == []
