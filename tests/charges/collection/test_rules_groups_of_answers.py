"""Answers of gateways are settled in groups, and those that have come do not wait for the slowest."""

from datetime import timedelta
from itertools import chain
from threading import Event, Lock
from time import sleep
from types import SimpleNamespace

import pytest

from charges.collection import batch
from charges.collection.outcome_types import NeverSent
from charges.collection.sending import PlannedAttempt
from core import clock
from core.money import Money


@pytest.fixture
def groups(monkeypatch):
    """What is settled at once, group by group."""
    settled = []
    monkeypatch.setattr(batch, "LONGEST_WAIT", 60.0)
    monkeypatch.setattr(batch, "settle_outcomes", lambda outcomes: settled.append(sorted(outcomes)))
    return settled


def plan(count):
    now = clock.now()
    return [
        PlannedAttempt(
            id=number,
            key=f"key-{number}",
            kind="charge",
            gateway="sandbox",
            token="tok",
            money=Money(100, "EUR"),
            description="Extension",
            instant=now,
            lease_ends=now + timedelta(minutes=5),
        )
        for number in range(count)
    ]


def answer_by(monkeypatch, call):
    monkeypatch.setattr(batch, "call_gateway", call)


def test_five_hundred_answers_do_not_wait_for_others(groups, monkeypatch):
    a_group_is_settled = Event()

    def settle(outcomes):
        groups.append(sorted(outcomes))
        a_group_is_settled.set()

    def call(attempt):
        assert attempt.id < 500 or a_group_is_settled.wait(10)
        return NeverSent("busy")

    monkeypatch.setattr(batch, "settle_outcomes", settle)
    answer_by(monkeypatch, call)
    batch.send_attempts(plan(1_000))
    assert groups[0] == list(range(500))
    assert sorted(chain(*groups)) == list(range(1_000))


def test_all_that_have_come_when_there_are_enough_are_settled_at_once(groups, monkeypatch):
    finished = batch.Finished()
    for number in range(900):
        finished.put(batch.Answered(number, NeverSent("busy")))
    assert [len(group) for group in batch._in_groups(finished, 900)] == [900]


def test_what_has_come_is_settled_while_a_slow_call_is_under_way(groups, monkeypatch):
    others_are_settled = Event()
    monkeypatch.setattr(batch, "LONGEST_WAIT", 0.05)

    def settle(outcomes):
        groups.append(sorted(outcomes))
        if {1, 2} <= {*chain(*groups)}:
            others_are_settled.set()

    def call(attempt):
        if attempt.id == 0:
            assert others_are_settled.wait(10)
        return NeverSent("busy")

    monkeypatch.setattr(batch, "settle_outcomes", settle)
    answer_by(monkeypatch, call)
    batch.send_attempts(plan(3))
    assert sorted(chain(*groups[:-1])) == [1, 2]
    assert groups[-1] == [0]


def test_answers_that_trickle_in_do_not_keep_the_first_ones_waiting(groups, monkeypatch):
    monkeypatch.setattr(batch, "LONGEST_WAIT", 0.05)
    one_at_a_time = Lock()

    def call(attempt):
        with one_at_a_time:
            sleep(0.02)
        return NeverSent("busy")

    answer_by(monkeypatch, call)
    batch.send_attempts(plan(20))
    assert len(groups) > 3
    assert sorted(chain(*groups)) == list(range(20))


def test_a_lease_that_was_lost_leaves_nothing_to_settle(groups, monkeypatch):
    answer_by(monkeypatch, lambda attempt: None if attempt.id == 1 else NeverSent("busy"))
    batch.send_attempts(plan(3))
    assert groups == [[0, 2]]


def test_nothing_planned_calls_nobody(groups):
    batch.send_attempts([])
    assert groups == []


class Killed(BaseException):
    """What ends a thread: `call_gateway` answers for every other error."""


def test_what_ends_a_thread_is_raised_here_and_nothing_new_is_sent(groups, monkeypatch, settings):
    settings.GATEWAY_CALLS_AT_ONCE = 2
    called = []

    def call(attempt):
        called.append(attempt.id)
        if attempt.id == 1:
            raise Killed
        sleep(0.05)
        return NeverSent("busy")

    answer_by(monkeypatch, call)
    with pytest.raises(Killed):
        batch.send_attempts(plan(20))
    assert len(called) == len({*called}) < 10
    assert groups == []


def test_each_call_has_a_connection_of_its_own(groups, monkeypatch, settings):
    """One that breaks while the server starts anew must not break the calls after it."""
    settings.GATEWAY_CALLS_AT_ONCE = 1
    closed = []
    monkeypatch.setattr(batch, "connections", SimpleNamespace(close_all=lambda: closed.append(None)))
    answer_by(monkeypatch, lambda attempt: NeverSent("busy"))
    batch.send_attempts(plan(3))
    assert len(closed) == 3


def test_each_thread_has_the_context_of_the_one_that_asked(groups, monkeypatch):
    seen = []
    answer_by(monkeypatch, lambda attempt: seen.append(clock.is_rehearsed()))
    with clock.travel_to(clock.now() + timedelta(days=40)):
        batch.send_attempts(plan(5))
    assert seen == [True] * 5
