"""A processor in whose calls the process is killed: before or after the work, as the test says."""

import os
import signal

from gateway.movements import Answer, Movement
from tests.charges.collection.preparing_gateway import PreparingGateway

POINT = "KILL_AT"


def die_at(point: str) -> None:
    """Kill this process, with no chance to clean up, if this is the point."""
    if os.environ.get(POINT) == point:
        os.kill(os.getpid(), signal.SIGKILL)


class DiesInCalls:
    """Goes before a gateway in the order of bases."""

    def prepare(self, movement: Movement) -> str:
        die_at("before prepare")
        reference = super().prepare(movement)
        die_at("after prepare")
        return reference

    def charge(self, movement: Movement) -> Answer:
        die_at("after the commit of the reference")
        answer = super().charge(movement)
        die_at("after confirm")
        return answer

    def refund(self, movement: Movement) -> Answer:
        die_at("before refund")
        answer = super().refund(movement)
        die_at("after refund")
        return answer

    def cancel(self, movement: Movement) -> Answer:
        die_at("before cancel")
        answer = super().cancel(movement)
        die_at("after cancel")
        return answer


class KilledGateway(DiesInCalls, PreparingGateway):
    pass
