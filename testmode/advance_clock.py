"""Let time pass for one test buyer: all that falls due for it is done, event by event, and nothing else."""

import time
from datetime import datetime
from typing import NamedTuple

from core.errors import InvalidField
from customers.models import TestBuyer
from operations.due_work import SOURCES, Due, find_next_event, work_off
from subscriptions.schedule import Frequency, occurrence
from testmode.clocks import HeldClock, hold_clock, stand_on_clock
from testmode.disputes import DISPUTES
from testmode.errors import AdvanceTooLong, NothingToCome

MOST_YEARS = 2
MOST_EVENTS = 500
# Cards that answer slowly take seconds each, and a request waits for all of it.
MOST_SECONDS = 20.0
# The sweep holds a clock for moments; another advance takes longer.
PATIENCE_SECONDS = 2.0
OF_TEST_BUYERS = (*SOURCES, DISPUTES)


class Advance(NamedTuple):
    """How far a clock has come (UTC), and at how many instants something fell due on the way."""

    now: datetime
    instants: int


def advance_test_clock(organization_id: int, *, to: datetime) -> Advance:
    """Let it become an instant (UTC) for a test buyer, and do what falls due until then, each at its time.

    Call it outside of transactions; after a crash, advance again. Raises UnknownTestBuyer, ClockIsAdvancing,
    InvalidField, and AdvanceTooLong, with which the clock stays where it has come to.
    """
    with hold_clock(organization_id, patience_seconds=PATIENCE_SECONDS) as held:
        _check_target(to, held.now)
        instants = _go_through(held, to)
        held.move_to(to)
        return Advance(held.now, instants)


def advance_to_next_event(organization_id: int) -> Advance:
    """Do what is due for a test buyer now; if nothing is, let it become the instant at which something is.

    Call it outside of transactions. Raises UnknownTestBuyer, ClockIsAdvancing, NothingToCome.
    """
    with hold_clock(organization_id, patience_seconds=PATIENCE_SECONDS) as held:
        if not _do_due(held):
            following = _find_next(held)
            if following is None:
                raise NothingToCome
            held.move_to(following)
            _do_due(held)
        return Advance(held.now, 1)


def run_present(organization_id: int) -> bool:
    """Do what is due for a test buyer at the instant at which its clock stands; say whether anything was.

    Call it outside of transactions. Raises UnknownTestBuyer, ClockIsAdvancing.
    """
    with hold_clock(organization_id) as held:
        return _do_due(held)


def find_next_event_of(buyer: TestBuyer) -> datetime | None:
    """Return when (UTC) something falls due for a test buyer next, which may be its present instant."""
    with stand_on_clock(buyer):
        if _list_due(buyer.clock_at):
            return buyer.clock_at
        return find_next_event(buyer.clock_at, sources=OF_TEST_BUYERS)


def _check_target(to: datetime, now: datetime) -> None:
    if to <= now:
        raise InvalidField("to", f"must be later than {now:%Y-%m-%dT%H:%M:%SZ}, the time of the test buyer")
    if to > occurrence(now, MOST_YEARS, Frequency.YEARLY, 1):
        raise InvalidField("to", f"must be at most {MOST_YEARS} years after the time of the test buyer")


def _go_through(held: HeldClock, until: datetime) -> int:
    """Stop at each instant up to `until` at which something falls due; return how many there were."""
    deadline = time.monotonic() + MOST_SECONDS
    instants = int(_do_due(held))
    while (following := _find_next(held)) is not None and following <= until:
        if instants >= MOST_EVENTS or time.monotonic() > deadline:
            raise AdvanceTooLong
        # Moved first: what happens at an instant never has a later time than the buyer's.
        held.move_to(following)
        instants += _do_due(held)
    return instants


def _do_due(held: HeldClock) -> bool:
    """Do what is due at the instant at which the clock stands, and say whether anything was done.

    What stays due, because it cannot be done, does not hold the clock.
    """
    with held.stand():
        done = set().union(*work_off(held.now, sources=OF_TEST_BUYERS))
        return not done <= _list_due(held.now)


def _list_due(now: datetime) -> set[tuple[str, Due]]:
    return {(source.name, due) for source in OF_TEST_BUYERS for due in source.due(now)}


def _find_next(held: HeldClock) -> datetime | None:
    with held.stand():
        return find_next_event(held.now, sources=OF_TEST_BUYERS)
