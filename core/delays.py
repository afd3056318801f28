"""How long to wait before something that failed is tried again. A pure rule."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

JITTER = 0.2


def find_delay(
    failures: int,
    delays: Sequence[float],
    *,
    draw: Callable[[float, float], float] = random.uniform,
) -> timedelta | None:
    """Return the delay (of these seconds) after so many failures, a fifth more or less; None for no more."""
    if failures > len(delays):
        return None
    return timedelta(seconds=delays[failures - 1] * draw(1 - JITTER, 1 + JITTER))
