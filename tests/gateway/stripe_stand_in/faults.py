"""Faults on demand: what goes wrong with the next requests to a path."""

from dataclasses import dataclass
from threading import Lock

KINDS = frozenset(
    (
        "drop_before",  # The connection ends before the work: a time-out, as the client sees it.
        "drop_after",
        "hang_before",  # No answer for so many seconds, and no work.
        "hang_after",
        "500_before",  # Not done, and kept under the idempotency key.
        "500_after",
        "garbage_200",  # Done, and an answer that nobody can read.
        "garbage_502",  # Not done.
        "rate_limit",
        "lock_timeout",
        "in_use",  # Another request with this idempotency key is being worked on.
    )
)
# These do not befall the repetition of an answer.
IN_THE_WORK = frozenset(("500_before", "500_after"))


@dataclass
class Fault:
    """One fault, for the next `times` requests whose method and path contain `where`."""

    kind: str
    where: str = ""
    times: int = 1
    seconds: float = 0.0


class Faults:
    """The faults to come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._coming: list[Fault] = []

    def add(self, kind: str, where: str = "", *, times: int = 1, seconds: float = 0.0) -> None:
        """Have something go wrong."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is none of {', '.join(sorted(KINDS))}")
        with self._lock:
            self._coming.append(Fault(kind, where, times, seconds))

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        with self._lock:
            self._coming.clear()

    def take(self, request: str, *, in_the_work: bool) -> Fault | None:
        """Return what goes wrong with a request, such as "POST /v1/refunds", in the work or around it."""
        with self._lock:
            for fault in self._coming:
                if fault.where in request and fault.times and (fault.kind in IN_THE_WORK) == in_the_work:
                    fault.times -= 1
                    return fault
        return None
