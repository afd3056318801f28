"""Takes the steps of a trace on the real code: real rows, real functions, a scripted processor and clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from charges.collection.confirm import confirm_payment, stop_awaiting
from charges.collection.resolve import resolve_attempt
from charges.collection.single import claim_charge, send_attempt
from charges.history import give_up_charges
from charges.models import Attempt, Charge
from core import clock
from gateway.base import GatewayError, NotSent
from gateway.movements import Answer
from gateway.registry import get_gateway
from tests.charges.model.exploring import Act
from tests.charges.model.processes import Process
from tests.charges.model.scripted import Killed, make_answer
from tests.charges.model.vocabulary import KEY_LIFE, Op
from tests.charges.model.world import World

MINUTES, HOURS = timedelta(seconds=121), timedelta(days=1) / KEY_LIFE
# Short waits happen within a lease.
SOON = timedelta(seconds=90)
RETURN = "https://billing.example/charges/1"


class Replay:
    """One charge in the database, and the processes that a trace has set to work on it."""

    def __init__(self, world: World, charge: Charge, trace: list[Act]) -> None:
        self.world, self.charge, self.trace = world, charge, trace
        self.now = self.minute = clock.now()
        self.processes: dict[str, Process] = {}
        self.told: dict[str, object] = {}
        self.claimed: dict[int, Attempt] = {}
        self.hinted: set[int] = set()
        self.before = self.state = world.start
        self.step = 0
        get_gateway("sandbox")._gateway.prepares = world.bounds.prepares

    def take(self, act: Act) -> None:
        """Do one step of the trace, which is at this state after it."""
        self.before, self.state = self.state, act.state
        who, _, number = act.who.partition(" at attempt ")
        self.who, self.number = who, int(number or who[-1:] if who[-1:].isdigit() else number or 0)
        name = next(name for name in STEPS if act.what.startswith(name))
        with clock.travel_to(self.now):
            STEPS[name](self)
        self.step += 1

    def close(self) -> None:
        """Kill whoever still waits for an answer."""
        for process in self.processes.values():
            if process.call is not None:
                process.tell(Killed(), self.now)

    def read(self, name: str) -> int:
        """Return a field of the attempt that the step is about, as it was before."""
        return self.world.layout.read(self.before, f"{name}{self.number}")

    # What senders do.

    def claim(self) -> None:
        due_at = Charge.objects.get(pk=self.charge.pk).collect_at
        self._wait_until(due_at)
        with clock.travel_to(self.now):
            attempt = claim_charge(self.charge.pk)
        assert attempt is not None
        self.claimed[self.number] = attempt
        self.processes.pop(self.who, None)

    def prepare(self) -> None:
        self._go("prepare")
        self.told[self.who] = f"ref-{self.charge.pk}-{self.step}"

    def fail_to_prepare(self) -> None:
        self._go("prepare")
        self.told[self.who] = GatewayError("no answer")

    def commit(self) -> None:
        """The next step, which says whether it is sent, is taken in the same go."""
        self._tell(self.told[self.who])

    def stop(self) -> None:
        """Either there was no call yet, or the last one has been answered."""
        if self.who in self.processes and self.processes[self.who].waits_in == "prepare":
            self._tell(self.told[self.who])
        self._go("")

    def send(self) -> None:
        self._go("charge")

    def fail_to_send(self) -> None:
        self._go("charge")
        self.told[self.who] = NotSent("refused")

    def hear(self) -> None:
        self.told[self.who] = self._answer(Op(self.read("op")))

    def hear_nothing(self) -> None:
        self.told[self.who] = GatewayError("no answer")

    def record(self) -> None:
        self._tell(self.told[self.who])
        assert self.processes.pop(self.who).waits_in == ""

    def die(self) -> None:
        process = self.processes.pop(self.who, None)
        if process is not None and process.call is not None:
            process.tell(Killed(), self.now)

    # What resolvers do.

    def take_over(self) -> None:
        attempt = Attempt.objects.get(charge=self.charge, number=self.number)
        is_early = self.number in self.hinted and attempt.check_at > self.now
        if not is_early:
            self._wait_until(attempt.check_at)
        self.hinted.discard(self.number)
        self._start(partial(resolve_attempt, attempt.pk, early=is_early), "lookup")

    def send_again(self) -> None:
        self._tell(self._answer(Op.NONE))

    def want_it_cancelled(self) -> None:
        has_read = self.world.layout.read(self.before, f"{self.who}_own_ref")
        is_known = has_read or not self.world.bounds.prepares
        self._tell(self._answer(Op(self.read("op")) if is_known else Op.NONE))
        assert self.processes[self.who].waits_in == "cancel"

    def be_told_void(self) -> None:
        self.told[self.who] = self._answer(Op.VOID)

    def be_told_pending(self) -> None:
        self.told[self.who] = self._answer(Op.PENDING)

    # What the buyer does, and what happens around.

    def open_page(self) -> None:
        """The page is opened for what the buyer will do on it."""
        following = (act.what for act in self.trace[self.step + 1 :] if act.who.startswith("buyer"))
        does = next(following, "")
        if does == "goes to confirm":
            confirm = partial(confirm_payment, charge_id=self.charge.pk, return_url=RETURN)
            self._start(confirm, "charge")
        elif does == "enters another card":
            self._start(partial(stop_awaiting, self.charge.pk), "cancel")

    def ask_for_page_of_what_is_given_up(self) -> None:
        confirm = partial(confirm_payment, charge_id=self.charge.pk, return_url=RETURN)
        self._start(confirm, "cancel")

    def hint(self) -> None:
        self.hinted.add(self.number)

    def give_up(self) -> None:
        with transaction.atomic():
            give_up_charges(Charge.objects.filter(pk=self.charge.pk), actor="test", reason="Not wanted.")

    def pass_minutes(self) -> None:
        self.now = self.minute = self.now + MINUTES

    def pass_hours(self) -> None:
        self.now = self.minute = self.now + HOURS

    def nothing(self) -> None:
        """What the processor does by itself shows in its answers."""

    def _go(self, call: str) -> None:
        """Start a sender that has slept since its claim; whoever is at work already is where it should be."""
        if self.who not in self.processes:
            self._start(partial(send_attempt, self.claimed[self.number]), call)
        assert self.processes[self.who].waits_in == call
        if not call:
            del self.processes[self.who]

    def _start(self, work: Callable[[], object], call: str) -> None:
        self.processes[self.who] = Process(work, self.now)
        assert self.processes[self.who].waits_in == call

    def _tell(self, told: object) -> None:
        self.processes[self.who].tell(told, self.now)

    def _answer(self, op: Op) -> Answer:
        patience = self.world.bounds.patience * HOURS - timedelta(seconds=1)
        call = self.processes[self.who].call
        assert call is not None
        return make_answer(op, call.movement, patience=patience)

    def _wait_until(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
        assert self.now - self.minute < SOON


STEPS: dict[str, Callable[[Replay], None]] = {
    "claims": Replay.claim,
    "prepares": Replay.prepare,
    "cannot prepare": Replay.fail_to_prepare,
    "commits": Replay.commit,
    "is past its lease": Replay.stop,
    "was overtaken": Replay.stop,
    "sends": Replay.send,
    "cannot send": Replay.fail_to_send,
    "hears nothing": Replay.hear_nothing,
    "hears": Replay.hear,
    "waits in vain": Replay.hear_nothing,
    "records": Replay.record,
    "dies": Replay.die,
    "takes over": Replay.take_over,
    "cannot ask": Replay.hear_nothing,
    "finds nothing": Replay.send_again,
    "wants it cancelled": Replay.want_it_cancelled,
    "cannot cancel": Replay.hear_nothing,
    "cancels and hears nothing": Replay.hear_nothing,
    "cancels": Replay.be_told_void,
    "is told that": Replay.be_told_void,
    "is told": Replay.hear,
    "is too late": Replay.hear,
    "cannot stop": Replay.be_told_pending,
    "opens the page": Replay.open_page,
    "asks for the page": Replay.ask_for_page_of_what_is_given_up,
    "closes the page": Replay.nothing,
    "goes to confirm": Replay.hear,
    "enters another card": Replay.nothing,
    "is hinted at": Replay.hint,
    "is given up": Replay.give_up,
    "minutes pass": Replay.pass_minutes,
    "hours pass": Replay.pass_hours,
    "captures": Replay.nothing,
    "declines": Replay.nothing,
    "lets it pend": Replay.nothing,
    "asks for the buyer": Replay.nothing,
    "loses the request": Replay.nothing,
}
