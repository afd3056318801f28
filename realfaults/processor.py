"""The sandbox behind a switch, a file: it can be made slow or unreachable while programs run."""

import os
import time
from pathlib import Path

from gateway.base import GatewayError, NotSent
from gateway.movements import Answer, Movement
from gateway.sandbox import SandboxGateway
from realfaults.machines.processor import ask

DOWN = "down"
ELSEWHERE = "REAL_FAULTS_PROCESSOR"  # "host:port" of a processor that is a process of its own.


def switch(state: str) -> None:
    """Make the processor "down", or as slow as so many seconds say; "" lets it work."""
    _switch().write_text(state)


class DisturbedSandbox(SandboxGateway):
    """Every call takes as long as the switch says, or is refused."""

    def charge(self, movement: Movement) -> Answer:
        """See Gateway.charge."""
        if address := os.environ.get(ELSEWHERE):
            return ask(address, "charge", movement)
        _pass_switch(NotSent("connection refused"))
        return super().charge(movement)

    def payout(self, movement: Movement) -> Answer:
        """See Gateway.payout."""
        if address := os.environ.get(ELSEWHERE):
            return ask(address, "payout", movement)
        _pass_switch(NotSent("connection refused"))
        return super().payout(movement)

    def refund(self, movement: Movement) -> Answer:
        """See Gateway.refund."""
        if address := os.environ.get(ELSEWHERE):
            return ask(address, "refund", movement)
        _pass_switch(NotSent("connection refused"))
        return super().refund(movement)

    def lookup(self, movement: Movement) -> Answer:
        """See Gateway.lookup."""
        if address := os.environ.get(ELSEWHERE):
            return ask(address, "lookup", movement)
        _pass_switch(GatewayError("connection refused"))
        return super().lookup(movement)

    def cancel(self, movement: Movement) -> Answer:
        """See Gateway.cancel."""
        if address := os.environ.get(ELSEWHERE):
            return ask(address, "cancel", movement)
        _pass_switch(GatewayError("connection refused"))
        return super().cancel(movement)


def _pass_switch(refusal: Exception) -> None:
    file = _switch()
    state = file.read_text() if file.exists() else ""
    if state == DOWN:
        raise refusal
    if state:
        time.sleep(float(state))


def _switch() -> Path:
    return Path(os.environ["REAL_FAULTS_FOLDER"]) / "processor"
