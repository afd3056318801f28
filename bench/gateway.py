"""A gateway that approves everything after 50 ms, which is what a real one needs, and moves no money."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from core.money import Money
from gateway.movements import Answer, Movement, Verdict

DELAY = 0.05


class SlowGateway:
    """Approves every charge under a reference that is the key."""

    name = "bench"
    livemode = True
    key_ttl_seconds = 86_400
    listed_within = timedelta(0)
    prepares = False
    lists_disputes = False
    lists_returns = True

    def charge(self, movement: Movement) -> Answer:
        """Wait as one does for a network, and say yes."""
        if DELAY:  # `sleep(0)` would have another thread go on.
            time.sleep(DELAY)
        return approve(movement.key, movement.money)


def approve(key: str, money: Money) -> Answer:
    """Return the answer that the money was captured."""
    return Answer(Verdict.APPROVED, key=key, reference=f"ref-{key}", money=money)


@contextmanager
def answering_at_once() -> Iterator[None]:
    """Let the gateway take no time for a block, and in processes forked within."""
    with patch(f"{__name__}.DELAY", 0):
        yield
