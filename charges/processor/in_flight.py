"""Limit the processor calls that requests wait for, in all and for each caller, in this process.

A processor that is slow so holds up some threads of a web process and leaves the others to everybody else.
Workers do not come by here.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.conf import settings

from charges.errors import ProcessorBusy

_lock = Lock()
_in_flight: Counter[str] = Counter()


@contextmanager
def hold_place(*, caller: str) -> Iterator[None]:
    """Count a request that calls the processor while the block runs.

    Raises ProcessorBusy, before anything is done, when the caller or all callers together wait for as many
    calls as PROCESSOR_CALLS_PER_CALLER and PROCESSOR_CALLS allow.
    """
    with _lock:
        is_full = _in_flight.total() >= settings.PROCESSOR_CALLS
        if is_full or _in_flight[caller] >= settings.PROCESSOR_CALLS_PER_CALLER:
            raise ProcessorBusy
        _in_flight[caller] += 1
    try:
        yield
    finally:
        with _lock:
            _in_flight[caller] -= 1
            if not _in_flight[caller]:
                del _in_flight[caller]
