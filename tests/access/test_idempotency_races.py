"""Requests with one key at the same time, in threads or processes with connections of their own."""

import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from access.idempotency import Reply, run_once
from core import clock
from core.bulk import run_query
from customers.errors import KeyInProgress
from customers.models import IdempotencyKey, Organization
from tests.money import run_at_once
from tests.webhooks.receiver import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = {"principal": "app:a/account:b", "route": "POST direct_charge", "key": "k1", "fingerprint": "f1"}


def make_organization():
    Organization.objects.create(name="Made once")
    return Reply(201, b"made")


def is_anybody_in_a_transaction():
    [[count]] = run_query(OTHERS, [])
    return count > 0


def test_of_eight_equal_requests_at_once_one_has_the_effect():
    def job():
        return run_once(**ASKED, work=make_organization)

    answers = run_at_once(*[job] * 8)
    done = [answer for answer in answers if isinstance(answer, Reply)]
    assert [answer.replayed for answer in done].count(False) == 1
    assert {answer.body for answer in done} == {b"made"}
    assert all(isinstance(answer, KeyInProgress) for answer in answers if answer not in done)
    assert Organization.objects.count() == 1


@pytest.mark.parametrize("seconds", [0, 59])
def test_while_one_works_another_is_told_to_come_back(seconds):
    working, finish = threading.Event(), threading.Event()

    def slow():
        working.set()
        assert finish.wait(timeout=20)
        return make_organization()

    def impatient():
        assert working.wait(timeout=20)
        try:
            with clock.travel_to(NOON + timedelta(seconds=seconds)):
                return run_once(**ASKED, work=make_organization)
        finally:
            finish.set()

    def patient():
        with clock.travel_to(NOON):
            return run_once(**ASKED, work=slow)

    first, second = run_at_once(patient, impatient)
    assert (first.status, first.replayed) == (201, False)
    assert isinstance(second, KeyInProgress)
    assert Organization.objects.count() == 1


def test_a_request_that_was_taken_over_while_it_slept_has_no_effect():
    working, finish = threading.Event(), threading.Event()

    def asleep():
        make_organization()
        working.set()
        assert finish.wait(timeout=20)
        return Reply(201, b"too late")

    def successor():
        assert working.wait(timeout=20)
        try:
            with clock.travel_to(NOON + timedelta(seconds=61)):
                return run_once(**ASKED, work=make_organization)
        finally:
            finish.set()

    def sleeper():
        with clock.travel_to(NOON):
            return run_once(**ASKED, work=asleep)

    first, second = run_at_once(sleeper, successor)
    assert isinstance(first, KeyInProgress)
    assert second.body == b"made"
    assert Organization.objects.count() == 1


def test_the_key_of_a_process_that_was_killed_is_free_after_two_seconds():
    context = multiprocessing.get_context("fork")
    working = context.Event()

    def work():
        make_organization()
        working.set()
        time.sleep(60)

    def die():
        with clock.travel_to(NOON):
            run_once(**ASKED, work=work)

    connections.close_all()  # Or both processes would have one session.
    dying = context.Process(target=die)
    dying.start()
    assert working.wait(20)
    with clock.travel_to(NOON + timedelta(seconds=10)), pytest.raises(KeyInProgress):
        run_once(**ASKED, work=make_organization)
    dying.kill()
    dying.join()
    wait_until(lambda: not is_anybody_in_a_transaction())
    with clock.travel_to(NOON + timedelta(seconds=2)):
        assert run_once(**ASKED, work=make_organization).body == b"made"
    assert Organization.objects.count() == 1


def test_of_many_successors_one_takes_over():
    IdempotencyKey.objects.create(**ASKED, owner="00000000-0000-4000-8000-000000000000", locked_until=NOON)

    def job():
        return run_once(**ASKED, work=make_organization)

    answers = run_at_once(*[job] * 4)
    fresh = [answer for answer in answers if isinstance(answer, Reply) and not answer.replayed]
    assert len(fresh) == Organization.objects.count() == 1
