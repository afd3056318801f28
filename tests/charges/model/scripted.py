"""A gateway that answers when and what a test says: each call stops the process that makes it."""

import threading
from dataclasses import dataclass, field

from gateway.movements import Answer, Movement, Verdict
from gateway.sandbox import SandboxGateway
from tests.charges.model.vocabulary import Op

SCRIPTED = {"sandbox": "tests.charges.model.scripted.ScriptedGateway"}
VERDICTS = {
    Op.PENDING: Verdict.PENDING,
    Op.NEEDS_BUYER: Verdict.NEEDS_BUYER,
    Op.CAPTURED: Verdict.APPROVED,
    Op.DECLINED: Verdict.DECLINED,
    Op.VOID: Verdict.VOID,
}
SECONDS = 60


class Killed(BaseException):
    """The process ends here, and nothing cleans up after it."""


@dataclass
class Call:
    """A call that a process waits in: what it asks for, and what it will be told."""

    name: str
    movement: Movement
    told: object = None
    released: threading.Event = field(default_factory=threading.Event)


class ScriptedGateway(SandboxGateway):
    """Hands every call to the process that makes it, which waits there until the test lets it go on."""

    prepares = False

    def prepare(self, movement: Movement) -> str:
        return self._ask("prepare", movement)

    def charge(self, movement: Movement) -> Answer:
        return self._ask("charge", movement)

    def lookup(self, movement: Movement) -> Answer:
        return self._ask("lookup", movement)

    def cancel(self, movement: Movement) -> Answer:
        return self._ask("cancel", movement)

    def _ask(self, name: str, movement: Movement):
        process = threading.current_thread()
        told = process.wait_in(Call(name, movement))
        if isinstance(told, BaseException):
            raise told
        return told


def make_answer(op: Op, movement: Movement, **given) -> Answer:
    """What the processor says of an operation in this state; NOT_FOUND if it has none."""
    verdict = VERDICTS.get(op, Verdict.NOT_FOUND)
    return Answer(verdict, movement.key, movement.reference or f"ref-{movement.key}", movement.money, **given)
