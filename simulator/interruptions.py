"""What happens to an activity at a failpoint and at a commit, if the faults say so."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from core.failpoints import interrupting
from simulator.activities import Activity, find_current
from simulator.connections import cut_connection
from simulator.faults import AT_COMMITS, AT_FAILPOINTS, IN_TRANSACTIONS, Fault, Faults
from simulator.simulated_time import SimulatedTime

AT_A_FAILPOINT, AT_A_COMMIT = 0.5, 0.08
PAST_A_LEASE = timedelta(seconds=150)
COMMIT = "_commit"


class SimulatedFault(Exception):
    """An exception that nobody foresaw."""


class Interruptions:
    """Called at each failpoint and each commit of an activity."""

    def __init__(self, faults: Faults, time: SimulatedTime) -> None:
        self._faults, self._time = faults, time

    @contextmanager
    def taking_place(self) -> Iterator[None]:
        """Disturb activities for a block."""
        commit: Any = getattr(BaseDatabaseWrapper, COMMIT)

        def unreliable_commit(wrapper: BaseDatabaseWrapper) -> Any:
            return self._commit(wrapper, commit)

        with ExitStack() as stack:
            stack.enter_context(interrupting(self.at_failpoint))
            stack.enter_context(patch.object(BaseDatabaseWrapper, COMMIT, unreliable_commit))
            yield

    def at_failpoint(self, name: str) -> None:
        """Let something go wrong here, or not."""
        activity = find_current()
        if activity is None:
            return
        activity.check()
        self._faults.reached[name] += 1
        among = IN_TRANSACTIONS if connection.in_atomic_block else AT_FAILPOINTS
        fault = self._faults.choose(among, chance=AT_A_FAILPOINT)
        if fault is not None:
            self._disturb(activity, fault, name)

    def _disturb(self, activity: Activity, fault: Fault, name: str) -> None:
        if fault == Fault.KILL:
            activity.die()
        if fault == Fault.EXCEPTION:
            raise SimulatedFault(name)
        if fault == Fault.CUT:
            cut_connection()
            return
        if fault == Fault.LONG_PAUSE:
            self._time.move(PAST_A_LEASE)
        activity.pause()

    def _commit(self, wrapper: BaseDatabaseWrapper, commit: Any) -> Any:
        activity = find_current()
        if activity is None:
            return commit(wrapper)
        activity.check()
        fault = self._faults.choose(AT_COMMITS, chance=AT_A_COMMIT)
        if fault is None:
            return commit(wrapper)
        if fault == Fault.CUT_AFTER_COMMIT:
            commit(wrapper)
        cut_connection()
        raise OperationalError(fault.value)
