"""Limit the passwords that a process hashes at once: hashing takes a quarter of a second of a core.

So guessing takes some threads of a web process, never all of them.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import BoundedSemaphore, Semaphore
from typing import TypeVar

from customers.errors import TooManyFailures

AT_ONCE = 2
WAITING = 2
LONGEST_WAIT_SECONDS = 1.0
TRY_AGAIN_AFTER = timedelta(seconds=1)

_places = BoundedSemaphore(AT_ONCE + WAITING)
_slots = Semaphore(AT_ONCE)

Found = TypeVar("Found")


def verify_in_turn(verify: Callable[[], Found]) -> Found:
    """Return what `verify` returns, once few enough others hash.

    Raises TooManyFailures when too many wait already, or for too long.
    """
    if not _places.acquire(blocking=False):
        raise TooManyFailures(retry_after=TRY_AGAIN_AFTER)
    try:
        if not _slots.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise TooManyFailures(retry_after=TRY_AGAIN_AFTER)
        try:
            return verify()
        finally:
            _slots.release()
    finally:
        _places.release()
