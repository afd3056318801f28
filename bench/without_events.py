"""Switching events off for a block: what they cost is what a run without them does not take."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pgtrigger

WRITERS = ("charges.history", "subscriptions.history")
GUARDS = ("charges.Charge:written_as_an_event", "subscriptions.Subscription:written_as_an_event")


@contextmanager
def without_events() -> Iterator[None]:
    """Number and write none in this process, and let the database miss none."""
    pgtrigger.disable(*GUARDS)
    with ExitStack() as patches:
        for writer in WRITERS:
            patches.enter_context(patch(f"{writer}.find_event", _tell_nothing))
        try:
            yield
        finally:
            pgtrigger.enable(*GUARDS)


@contextmanager
def with_events() -> Iterator[None]:
    """Change nothing but what the database has cached about the tables, as the other block does."""
    pgtrigger.enable(*GUARDS)
    yield
    pgtrigger.enable(*GUARDS)


def _tell_nothing(move: object) -> None:
    pass
