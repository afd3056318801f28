"""Named places at which the simulator or `realfaults` interrupts the code; else they do nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_interrupt: Callable[[str], None] | None = None


def failpoint(name: str) -> None:
    """Let a tool that listens in this process pause, kill or disturb whoever comes along here."""
    if _interrupt is not None:
        _interrupt(name)


@contextmanager
def interrupting(interrupt: Callable[[str], None]) -> Iterator[None]:
    """Call `interrupt` with the name of each failpoint that is reached during the block."""
    global _interrupt
    _interrupt = interrupt
    try:
        yield
    finally:
        _interrupt = None
