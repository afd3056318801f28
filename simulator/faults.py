"""The faults that are injected, drawn from a seed and counted."""

import random
from collections import Counter
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong: in our process, on the line to the database, at the processor, in the queue."""

    KILL = "process killed"
    EXCEPTION = "exception"
    CUT = "database connection cut"
    PAUSE = "paused"
    LONG_PAUSE = "paused past a lease"
    CUT_BEFORE_COMMIT = "connection cut before the commit"
    CUT_AFTER_COMMIT = "connection cut after the commit, before its answer"
    TIMEOUT_BEFORE = "time-out before the processor acted"
    TIMEOUT_AFTER = "time-out after the processor acted"
    LATE = "request that arrives late"
    TWICE = "request that arrives twice"
    GARBAGE = "unreadable answer"
    OUTAGE = "processor out of reach"
    HINT_TWICE = "processor tells twice"
    HINT_REORDERED = "processor tells in another order"
    HINT_FORGED = "processor tells of what is not there"
    MESSAGE_LOST = "message lost"
    MESSAGE_TWICE = "message delivered twice"
    MESSAGE_LATE = "message delivered late"
    CLOCK_FORWARD = "clock jumps forward"
    CLOCK_BACK = "clock jumps back"
    ENDPOINT_ERROR = "endpoint refuses"
    ENDPOINT_SILENT = "endpoint does not answer"
    ENDPOINT_TWICE = "endpoint's answer lost"
    MAIL_REFUSED = "mail server refuses"
    MAIL_TWICE = "mail server's answer lost"
    ACT_TWICE = "same act twice"


AT_FAILPOINTS = (
    Fault.PAUSE,
    Fault.PAUSE,
    Fault.PAUSE,
    Fault.LONG_PAUSE,
    Fault.KILL,
    Fault.EXCEPTION,
    Fault.CUT,
)
# Whoever holds locks is not paused: the others would wait for a process that waits for them.
IN_TRANSACTIONS = (Fault.KILL, Fault.EXCEPTION, Fault.CUT)
AT_COMMITS = (Fault.CUT_BEFORE_COMMIT, Fault.CUT_AFTER_COMMIT)
AT_THE_PROCESSOR = (
    Fault.TIMEOUT_BEFORE,
    Fault.TIMEOUT_AFTER,
    Fault.LATE,
    Fault.TWICE,
    Fault.GARBAGE,
    Fault.OUTAGE,
)


class Faults:
    """Draws faults while they are on; counts those that happened and the failpoints that were reached."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.are_on = True
        self.happened: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()

    def choose(self, among: tuple[Fault, ...], *, chance: float) -> Fault | None:
        """Return a fault that is to happen now, with this chance, and count it; None otherwise."""
        if not self.are_on or self.draw.random() >= chance:
            return None
        fault = self.draw.choice(among)
        self.happened[fault] += 1
        return fault

    def happens(self, fault: Fault, *, chance: float) -> bool:
        """Say whether this fault is to happen now."""
        return self.choose((fault,), chance=chance) is not None
