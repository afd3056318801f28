"""The clocks of test buyers: who may move one, and working by one that stands still."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from core import clock
from customers.models import TestBuyer
from customers.models.whose_clock import FallsDue
from testmode.errors import ClockIsAdvancing, UnknownTestBuyer

# Longer than the work of one instant may take; each instant renews it.
LEASE = timedelta(minutes=2)
PAUSE_SECONDS = 0.05


@dataclass(slots=True)
class HeldClock:
    """A clock that this process alone may move."""

    organization_id: int
    number: int
    now: datetime

    def move_to(self, instant: datetime) -> None:
        """Let it be this instant (UTC) for the buyer. Raises ClockIsAdvancing if another took over."""
        ends_at = clock.now() + LEASE
        if not self._find().update(clock_at=instant, lease_ends_at=ends_at):
            raise ClockIsAdvancing
        self.now = instant

    def stand(self) -> AbstractContextManager[None]:
        """Return the context in which the time is the buyer's, and only what is the buyer's falls due."""
        return clock.travel_to(self.now, owner=self.organization_id)

    def release(self) -> None:
        """Let others move it, unless one does already."""
        self._find().update(lease_ends_at=None)

    def _find(self) -> "QuerySet[TestBuyer]":
        return TestBuyer.objects.filter(pk=self.organization_id, advance_number=self.number)


@contextmanager
def hold_clock(organization_id: int, *, patience_seconds: float = 0) -> Iterator[HeldClock]:
    """Hold the clock of a test buyer for the block; a process that dies gives it up within two minutes.

    For so long it waits for another process. Call it outside of transactions. Raises UnknownTestBuyer,
    ClockIsAdvancing.
    """
    held = _wait_for_clock(organization_id, time.monotonic() + patience_seconds)
    try:
        yield held
    finally:
        held.release()


def _wait_for_clock(organization_id: int, deadline: float) -> HeldClock:
    while True:
        try:
            return take_clock(organization_id)
        except ClockIsAdvancing:
            if time.monotonic() >= deadline:
                raise
        time.sleep(PAUSE_SECONDS)


@transaction.atomic(durable=True)
def take_clock(organization_id: int) -> HeldClock:
    """Hold a clock until the end of the lease. Raises UnknownTestBuyer, ClockIsAdvancing."""
    buyer = TestBuyer.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if buyer is None:
        raise UnknownTestBuyer
    if buyer.lease_ends_at is not None and buyer.lease_ends_at > clock.now():
        raise ClockIsAdvancing
    buyer.advance_number += 1
    buyer.lease_ends_at = clock.now() + LEASE
    buyer.save(update_fields=["advance_number", "lease_ends_at"])
    return HeldClock(buyer.pk, buyer.advance_number, buyer.clock_at)


def stand_on_clock(buyer: TestBuyer) -> AbstractContextManager[None]:
    """Return the context in which the time is that of a test buyer."""
    return clock.travel_to(buyer.clock_at, owner=buyer.pk)


def stand_on_clock_of(row: object) -> AbstractContextManager[None]:
    """Return the context in which the time is that of the buyer of a row; mostly it is everybody's."""
    if not isinstance(row, FallsDue) or not row.has_own_clock:
        return nullcontext()
    return stand_on_clock(TestBuyer.objects.get(pk=row.buyer_id))
