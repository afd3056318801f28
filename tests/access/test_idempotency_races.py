"""Requests with one key at the same time, in threads with connections of their own."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from access.idempotency import Reply, run_once
from core import clock
from customers.errors import KeyInProgress
from customers.models import IdempotencyKey, Organization
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = {"principal": "app:a/account:b", "route": "POST direct_charge", "key": "k1", "fingerprint": "f1"}


def make_organization():
    Organization.objects.create(name="Made once")
    return Reply(201, b"made")


def test_of_eight_equal_requests_at_once_one_has_the_effect():
    def job():
        return run_once(**ASKED, work=make_organization)

    answers = run_at_once(*[job] * 8)
    done = [answer for answer in answers if isinstance(answer, Reply)]
    assert [answer.replayed for answer in done].count(False) == 1
    assert {answer.body for answer in done} == {b"made"}
    assert all(isinstance(answer, KeyInProgress) for answer in answers if answer not in done)
    assert Organization.objects.count() == 1


def test_while_one_works_another_is_told_to_come_back():
    working, finish = threading.Event(), threading.Event()

    def slow():
        working.set()
        assert finish.wait(timeout=20)
        return make_organization()

    def impatient():
        assert working.wait(timeout=20)
        try:
            return run_once(**ASKED, work=make_organization)
        finally:
            finish.set()

    first, second = run_at_once(lambda: run_once(**ASKED, work=slow), impatient)
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


def test_of_many_successors_one_takes_over():
    IdempotencyKey.objects.create(**ASKED, owner="00000000-0000-4000-8000-000000000000", locked_until=NOON)

    def job():
        return run_once(**ASKED, work=make_organization)

    answers = run_at_once(*[job] * 4)
    fresh = [answer for answer in answers if isinstance(answer, Reply) and not answer.replayed]
    assert len(fresh) == Organization.objects.count() == 1
