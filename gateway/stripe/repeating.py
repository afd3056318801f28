"""Sending a request again under the same idempotency key, past failures that Stripe goes on repeating."""

from collections.abc import Callable
from typing import TypeVar

from gateway.base import GatewayError
from gateway.stripe.errors import FailureReplayed

MOST_KEYS = 5

T = TypeVar("T")


def send_once(key: str, send: Callable[[str], T], find: Callable[[], T | None]) -> T:
    """Send under the key, or under the next of a fixed row of keys once Stripe repeats a 5xx for one.

    A repeated failure is over, and every other sender gets it for that key, too. So when `find` sees that the
    work was not done, nobody can do it under that key any more. Raises GatewayError.
    """
    for number in range(1, MOST_KEYS + 1):
        try:
            return send(key if number == 1 else f"{key}:{number}")
        except FailureReplayed:
            done = find()
            if done is not None:
                return done
    raise GatewayError(f"Stripe failed {MOST_KEYS} times.")
