"""How long a name or an address waits after wrong passwords."""

from datetime import timedelta

import pytest

from access.log_in_rules import LOCK_AFTER, LOCKED_FOR, LONGEST_WAIT_OF_AN_ADDRESS, CounterKind, wait_after

KINDS = [CounterKind.NAME, CounterKind.ADDRESS, CounterKind.KNOWN]


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [
        ("name", 0, 0),
        ("name", 2, 0),
        ("name", 3, 1),
        ("name", 4, 2),
        ("name", 9, 64),
        ("name", 10, 1800),
        ("name", 1_000_000, 1800),
        ("known", 9, 64),
        ("known", 10, 1800),
        ("address", 20, 0),
        ("address", 21, 1),
        ("address", 24, 8),
        ("address", 30, 512),
        ("address", 31, 900),
        ("address", 1_000_000, 900),
    ],
)
def test_the_wait_doubles_until_the_limit(kind, failures, seconds):
    assert wait_after(kind, failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize("kind", KINDS)
def test_more_failures_never_wait_less(kind):
    waits = [wait_after(kind, failures) for failures in range(200)]
    assert waits == sorted(waits)
    assert waits[-1] <= max(LOCKED_FOR, LONGEST_WAIT_OF_AN_ADDRESS)


def test_a_name_is_locked_after_at_most_ten_tries():  # PCI DSS 8.3.4.
    assert LOCK_AFTER == 10
    assert timedelta(minutes=30) <= LOCKED_FOR
