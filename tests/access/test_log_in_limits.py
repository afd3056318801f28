"""Passwords of a name and from an address are looked at only so often."""

from datetime import timedelta
from threading import Lock

import pytest

from access.log_in_limits import (
    KNOWN_FOR,
    check_password_of,
    find_known_address,
    open_log_in,
    purge_counters,
    remember_address,
)
from access.log_in_rules import FREE_TRIES_OF_AN_ADDRESS, LOCKED_FOR, CounterKind
from access.models import LogInCounter
from core import clock
from customers.errors import NotAuthenticated, TooManyFailures
from tests.money import run_at_once

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


class Passwords:
    """Counts how often a password was looked at."""

    def __init__(self):
        self.looked_at = 0
        self._lock = Lock()

    def wrong(self):
        with self._lock:
            self.looked_at += 1

    def right(self):
        self.wrong()
        return "the user"


def guess(name="dana", address=HERE, passwords=None, **options):
    passwords = passwords or Passwords()
    try:
        check_password_of(name=name, address=address, verify=passwords.wrong, **options)
    except (NotAuthenticated, TooManyFailures) as refusal:
        return refusal
    raise AssertionError("let in")


def log_in(name="dana", address=HERE, **options):
    return check_password_of(name=name, address=address, verify=Passwords().right, **options)


def lock(name="dana"):
    """Ten wrong passwords from as many addresses, each after its wait; the clock is at the last then."""
    now = clock.now()
    for number in range(10):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            assert isinstance(guess(name, f"203.0.113.{number}"), NotAuthenticated)
    return now + timedelta(seconds=1)


def test_the_right_password_lets_in_and_forgets_the_wrong_ones():
    guess(), guess()
    assert log_in() == "the user"
    assert isinstance(guess(), NotAuthenticated)
    assert isinstance(guess(), NotAuthenticated)


def test_a_third_wrong_password_waits_a_second_and_looking_is_refused_meanwhile():
    passwords = Passwords()
    answers = [guess(passwords=passwords) for _ in range(4)]
    assert [type(each) for each in answers] == [NotAuthenticated] * 3 + [TooManyFailures]
    assert (passwords.looked_at, answers[-1].retry_after, answers[-1].is_locked) == (3, 1, False)
    with clock.travel_to(clock.now() + timedelta(seconds=2)):
        assert log_in() == "the user"


def test_ten_wrong_passwords_from_many_addresses_lock_the_name():
    with clock.travel_to(lock()):
        refusal = guess(address=ELSEWHERE)
        assert refusal.is_locked
        assert refusal.retry_after > 1700
        with pytest.raises(TooManyFailures):
            log_in(address=ELSEWHERE)


def test_tries_on_a_locked_name_do_not_make_the_lock_longer():
    locked_at = lock()
    for minutes in (5, 15, 29):
        with clock.travel_to(locked_at + timedelta(minutes=minutes)):
            guess(address=f"203.0.113.{100 + minutes}")
    with clock.travel_to(locked_at + LOCKED_FOR):
        assert log_in(address=ELSEWHERE) == "the user"


def test_the_owners_device_gets_in_while_strangers_hold_the_lock():
    with clock.travel_to(lock()):
        assert log_in(address=ELSEWHERE, known_as="dana a-device") == "the user"
        with pytest.raises(TooManyFailures):
            log_in(address=ELSEWHERE)


def test_a_stolen_device_has_ten_tries_and_is_a_stranger_then():
    now, passwords = clock.now(), Passwords()
    for _ in range(40):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            guess(passwords=passwords, known_as="dana a-device")
    assert passwords.looked_at <= 20 + 10  # Of the device, of the name, and after half an hour anew.


def test_one_address_that_tries_many_names_is_stopped():
    answers = [
        guess(f"person{number}", passwords=Passwords()) for number in range(FREE_TRIES_OF_AN_ADDRESS + 5)
    ]
    assert [type(each) for each in answers[:21]] == [NotAuthenticated] * 21
    assert [type(each) for each in answers[21:]] == [TooManyFailures] * 4
    assert LogInCounter.objects.filter(kind=CounterKind.NAME).count() == 21


def test_a_network_of_ipv6_is_one_address():
    for number in range(FREE_TRIES_OF_AN_ADDRESS + 1):
        guess(f"person{number}", address=f"2001:db8:1:2::{number:x}")
    assert isinstance(guess("kim", address="2001:db8:1:2:ffff::1"), TooManyFailures)
    assert isinstance(guess("kim", address="2001:db8:1:3::1"), NotAuthenticated)


def test_a_known_device_at_a_stopped_address_gets_in():
    for number in range(FREE_TRIES_OF_AN_ADDRESS + 1):
        guess(f"person{number}")
    assert log_in(known_as="dana a-device") == "the user"


def test_an_address_is_as_good_as_new_after_an_hour():
    for number in range(FREE_TRIES_OF_AN_ADDRESS + 1):
        guess(f"person{number}")
    with clock.travel_to(clock.now() + timedelta(minutes=61)):
        assert isinstance(guess("kim"), NotAuthenticated)
        assert isinstance(guess("lee"), NotAuthenticated)


def test_a_program_is_known_at_the_addresses_that_it_has_used():
    assert find_known_address(name="api-shop", address=HERE) is None
    remember_address(name="api-shop", address=HERE)
    assert find_known_address(name="api-shop", address=HERE)
    assert find_known_address(name="api-shop", address=ELSEWHERE) is None
    assert find_known_address(name="api-other", address=HERE) is None
    with clock.travel_to(clock.now() + KNOWN_FOR + timedelta(days=1)):
        assert find_known_address(name="api-shop", address=HERE) is None


def test_staff_open_a_locked_name():
    with clock.travel_to(lock()):
        assert open_log_in(name="dana")
        assert log_in() == "the user"
    assert not open_log_in(name="nobody")


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5_000, "Ω≈ç√ 🙂", "'; DROP TABLE auth_user; --"])
def test_any_name_can_be_wrong(name):
    assert isinstance(guess(name), NotAuthenticated)


def test_counters_are_purged_when_they_no_longer_count():
    guess(), remember_address(name="api-shop", address=HERE)
    assert purge_counters() == 0
    with clock.travel_to(clock.now() + timedelta(hours=2)):
        assert purge_counters() == 2
    with clock.travel_to(clock.now() + KNOWN_FOR + timedelta(days=1)):
        assert purge_counters() == 1
    assert not LogInCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_at_once_are_counted_one_by_one():
    passwords = Passwords()
    run_at_once(*[lambda: guess(passwords=passwords)] * 16)
    assert passwords.looked_at == 3
    assert LogInCounter.objects.get(kind=CounterKind.NAME).failures == 3


@pytest.mark.django_db(transaction=True)
def test_right_passwords_at_once_all_let_in():
    assert run_at_once(*[log_in] * 16) == ["the user"] * 16
