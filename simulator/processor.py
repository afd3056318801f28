"""The sandbox behind a bad line: requests get lost, arrive late or twice, and answers do not come back.

Its books are a file that no crash of ours undoes. They are the judge of what was captured.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from core import clock
from gateway.base import GatewayError, NotSent
from gateway.hints import DisputeReport, DisputeStatus
from gateway.movements import Answer, Movement
from gateway.sandbox import SandboxGateway
from gateway.sandbox_operations import EVIDENCE_TIME
from simulator.faults import AT_THE_PROCESSOR, Fault, Faults

CHANCE = 0.5
OUTAGE = timedelta(minutes=10)
# No line holds a request for as long as a processor remembers its key.
LATEST = timedelta(hours=12)
DECIDED_AFTER = timedelta(hours=6)


class OnTheWay(NamedTuple):
    """A request that arrives later."""

    call: str
    movement: Movement
    sent_at: datetime


class Line:
    """The line to the processor: whether it is down, and what is still on the way."""

    def __init__(self) -> None:
        self.faults: Faults | None = None
        self.on_the_way: list[OnTheWay] = []
        self.down_until: datetime | None = None

    def reset(self, faults: Faults) -> None:
        """Begin a history."""
        self.faults, self.on_the_way, self.down_until = faults, [], None

    @property
    def is_down(self) -> bool:
        """Whether nothing gets through now."""
        are_on = self.faults is not None and self.faults.are_on
        return are_on and self.down_until is not None and clock.now() < self.down_until


LINE = Line()


class UnreliableSandbox(SandboxGateway):
    """Every request passes the line."""

    def charge(self, movement: Movement) -> Answer:
        """See Gateway.charge."""
        return self._send("charge", movement)

    def payout(self, movement: Movement) -> Answer:
        """See Gateway.payout."""
        return self._send("payout", movement)

    def refund(self, movement: Movement) -> Answer:
        """See Gateway.refund."""
        return self._send("refund", movement)

    def lookup(self, movement: Movement) -> Answer:
        """See Gateway.lookup."""
        return _ask(lambda: super(UnreliableSandbox, self).lookup(movement))

    def cancel(self, movement: Movement) -> Answer:
        """See Gateway.cancel."""
        return _ask(lambda: super(UnreliableSandbox, self).cancel(movement))

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """See Gateway.read_dispute."""
        report = super().read_dispute(reference=reference)
        return report and _decide(report)

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        """See Gateway.list_disputes."""
        return [_decide(report) for report in super().list_disputes(since=since)]

    def arrive(self, request: OnTheWay) -> None:
        """Do what a late request asks for, unless the line gave it up."""
        if clock.now() - request.sent_at <= LATEST:
            getattr(super(), request.call)(request.movement)

    def _send(self, call: str, movement: Movement) -> Answer:
        act: Callable[[Movement], Answer] = getattr(super(), call)
        if LINE.is_down:
            raise NotSent("connection refused")
        fault = LINE.faults.choose(AT_THE_PROCESSOR, chance=CHANCE) if LINE.faults else None
        if fault == Fault.OUTAGE:
            LINE.down_until = clock.now() + OUTAGE
            raise NotSent("connection refused")
        if fault == Fault.TIMEOUT_BEFORE:
            raise GatewayError("timed out; the request never arrived")
        if fault == Fault.LATE:
            LINE.on_the_way.append(OnTheWay(call, movement, clock.now()))
            raise GatewayError("timed out; the request is on its way")
        answer = act(movement)
        if fault == Fault.TWICE:
            answer = act(movement)
        if fault in (Fault.TIMEOUT_AFTER, Fault.GARBAGE):
            raise GatewayError(fault.value)
        return answer


def _decide(report: DisputeReport) -> DisputeReport:
    """Let a bank decide a dispute after some time: a third each is won, lost, and stays open."""
    end = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.OPENED)[report.money.amount_minor % 3]
    due_by = report.evidence_due_by
    is_decided = due_by is not None and clock.now() > due_by - EVIDENCE_TIME + DECIDED_AFTER
    return replace(report, status=end) if is_decided else report


def _ask(question: Callable[[], Answer]) -> Answer:
    if LINE.is_down or (LINE.faults and LINE.faults.happens(Fault.TIMEOUT_BEFORE, chance=CHANCE / 4)):
        raise GatewayError("timed out")
    return question()
