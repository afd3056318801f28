"""A worker dies at every point of the protocol; the sweeps bring each charge to the same end."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from charges.collection.new_attempt import LEASE
from charges.collection.resolve import take_over_attempt
from charges.collection.sending import CALL_BUDGET
from charges.collection.settle import settle_outcomes
from charges.collection.single import claim_charge, collect_charge, send_attempt
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.models import AttemptState, ChargeStatus
from core import clock
from gateway.registry import get_gateway
from operations.factories import ChargeFactory
from tests.money import captures, fetch, seller_balance
from tests.movements import movement_of

pytestmark = pytest.mark.django_db(transaction=True)


def recover() -> None:
    """Two rounds of the sweeps, after the leases of the dead have run out."""
    instant = clock.now() + LEASE + timedelta(seconds=1)
    for _ in range(2):
        with clock.travel_to(instant):
            collect_due_charges()
            resolve_due_attempts()
        instant += LEASE


def assert_collected_once(charge) -> None:
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert [amount for _, amount in captures()] == [200]
    assert seller_balance(charge) == 160
    assert charge.attempts.exclude(state=AttemptState.VOIDED).count() == 1


def test_dying_between_intent_and_call_sends_later_under_the_same_key():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    assert captures() == []
    recover()
    assert_collected_once(charge)
    assert charge.attempts.get().key == attempt.key


def test_dying_between_the_answer_and_its_record_finds_the_capture():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    get_gateway("sandbox").charge(movement_of(attempt))
    recover()
    assert_collected_once(charge)


def test_dying_after_the_record_repeats_nothing():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    collect_charge(charge.pk)
    recover()
    assert_collected_once(charge)


def test_dying_while_resolving_leaves_the_attempt_to_the_next_resolver():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    with clock.travel_to(charge.attempts.get().check_at):
        assert take_over_attempt(charge.attempts.get().pk)
        assert take_over_attempt(charge.attempts.get().pk) is None
    recover()
    assert_collected_once(charge)


def test_a_worker_that_slept_through_its_lease_does_not_send():
    charge = ChargeFactory(activated=True)
    sleeper = claim_charge(charge.pk)
    with clock.travel_to(sleeper.check_at - CALL_BUDGET + timedelta(seconds=1)):
        send_attempt(sleeper)
    assert captures() == []
    recover()
    get_gateway("sandbox").books.forget(sleeper.key)
    with clock.travel_to(clock.now() + timedelta(days=2)):
        send_attempt(sleeper)
    assert_collected_once(charge)


def test_an_answer_that_arrives_after_a_resolver_settled_it_changes_nothing():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    answer = get_gateway("sandbox").charge(movement_of(attempt))
    recover()
    settle_outcomes({attempt.pk: answer})
    assert_collected_once(charge)


COLLECT = """
import django, sys
django.setup()
from charges.collection.single import collect_charge
collect_charge(int(sys.argv[1]))
"""


def start_worker(charge, settings) -> subprocess.Popen:
    """A real process that collects the charge, through a gateway that takes a minute to answer."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.charges.collection.worker_settings",
        "WORKER_DATABASE": database["NAME"],
        "WORKER_HOST": database["HOST"],
        "WORKER_PORT": str(database["PORT"]),
        "WORKER_USER": database["USER"],
        "SANDBOX_BOOKS": settings.SANDBOX_BOOKS,
        "SANDBOX_SLOW_SECONDS": "60",
    }
    command = [sys.executable, "-c", COLLECT, str(charge.pk)]
    return subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR)


def kill_when(worker: subprocess.Popen, condition) -> None:
    """Kill -9 the worker at the moment the condition holds; fail when it never does."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "the worker never got there"
        assert worker.poll() is None, "the worker ended by itself"
        time.sleep(0.05)
    worker.kill()
    assert worker.wait() == -signal.SIGKILL


def somebody_waits_for_us() -> bool:
    """Whether another session waits for a lock of this one; there may be other databases in the cluster."""
    waiting = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({waiting})")
        return cursor.fetchone()[0]


@pytest.mark.slow
def test_a_process_killed_before_it_commits_the_intent_leaves_nothing(settings):
    charge = ChargeFactory(activated=True, card="tok_test_slow")
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The claim reads the consent after it touched the charge: this stops it right there.
            cursor.execute("LOCK TABLE charges_acceptance IN ACCESS EXCLUSIVE MODE")
        kill_when(start_worker(charge, settings), somebody_waits_for_us)
    assert not charge.attempts.exists()
    settings.SANDBOX_SLOW_SECONDS = 0
    recover()
    assert_collected_once(charge)


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_the_call_is_recovered(settings):
    charge = ChargeFactory(activated=True, card="tok_test_slow")
    kill_when(start_worker(charge, settings), charge.attempts.exists)
    assert charge.attempts.get().state == AttemptState.SENDING
    settings.SANDBOX_SLOW_SECONDS = 0
    recover()
    assert_collected_once(charge)


def test_a_request_that_does_not_leave_again_is_not_sent_under_another_key():
    charge = ChargeFactory(activated=True, card="tok_test_unreachable")
    attempt = claim_charge(charge.pk)
    # The worker may have sent it before it died; that the resolver cannot send it proves nothing.
    with clock.travel_to(attempt.check_at):
        resolve_due_attempts()
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    assert fetch(charge).collect_at is None
