"""Two web, two worker and two beat hosts, a pooler, PostgreSQL with a standby, Redis, and a processor."""

import json
import signal
import time
from collections.abc import Callable
from http.client import SERVICE_UNAVAILABLE

from charges.models import Charge, ChargeStatus
from operations.demo import BUYER
from realfaults import seeding
from realfaults.brokers import RedisBroker, Skipped
from realfaults.browser import Browser
from realfaults.healing import STORIES, heal_and_judge, note_load, work_on
from realfaults.load import SHORT, TIMEOUT, Load
from realfaults.machines.fleet import Machines, several_machines
from realfaults.machines.isolation import find_obstacle, is_inside
from realfaults.processor import switch
from realfaults.programs import BEAT, WEB
from realfaults.scenarios.databases import follow
from realfaults.stage import LATER, Stage, make_load
from realfaults.sweeps import count_done

HALF = ("web1", "worker1", "beat1")
DUE, DUE_QUICKLY = 60, 20
SLOW = "1.5"  # Seconds of each call at the processor, so that some are under way.
SHORT_CUT, LONG_CUT = 8.0, 30.0  # Seconds: before and after connections are given up.
UNTIL_NOTICED = 2.0  # Seconds until somebody fences the primary.
RENEW = "subscriptions.tasks.renew"  # Every two seconds by each beat.
AT_THE_FORM = "At the form"


class Renewals:
    """Subscriptions whose period is due, made while the processor is slow, and held by a worker that ends."""

    def __init__(self, stage: Stage, machines: Machines) -> None:
        self.keys: list[int] = []
        self._stage, self._machines = stage, machines
        self._buyers = seeding.make_buyers(4)
        self._count = DUE_QUICKLY if stage.is_quick else DUE

    def begin(self) -> int:
        """Have the first worker begin to collect some, and return how many payments are under way."""
        self._machines.fleet.signal_on("worker2", signal.SIGSTOP)  # Or it might hold them itself.
        switch(SLOW)
        self.keys += seeding.make_due_subscriptions(self._count, buyers=self._buyers)
        self._stage.wait(lambda: self.count_held() >= self._count // 2, "that payments are under way")
        return self.count_held()

    def go_on(self) -> None:
        """Let the other worker work, and the processor be quick."""
        self._machines.fleet.signal_on("worker2", signal.SIGCONT)
        switch("")

    def count_held(self) -> int:
        """Return how many payments are under way, as far as the tables know."""
        return self._stage.count_attempts("state = 'sending'")


def disturb_machines(stage: Stage) -> list[str]:
    """Half of the hosts are cut off, then killed; then the primary is cut off and its standby promoted."""
    _require(stage)
    with several_machines(stage, follow) as machines:
        load, renewals = make_load(stage), Renewals(stage, machines)
        _start(stage, machines)
        began, before, wrong = time.monotonic(), _count_sweeps(stage), []
        for event in EVENTS:
            load.patience = SHORT
            with load.running(STORIES):
                wrong += event(stage, machines, load, renewals)
            if event is EVENTS[0]:
                _note_sweeps(stage, _count_sweeps(stage) - before, time.monotonic() - began)
            if not stage.is_quick and event is not EVENTS[-1]:
                wrong += heal_and_judge(stage, load, subscriptions=renewals.keys)
                stage.start(BEAT)
        note_load(stage, load, f"slowest answer {load.slowest:.0f} s")
        wrong += [] if not load.statuses["TimeoutError"] else [f"no answer within {TIMEOUT:.0f} s"]
        wrong += heal_and_judge(stage, load, subscriptions=renewals.keys)
        stage.note(f"all of {len(renewals.keys)} renewals collected once, after two sweeps")
        return wrong


def _start(stage: Stage, machines: Machines) -> None:
    """Start all programs; the clock of the second worker, and of all that follows, is after all leases."""
    stage.start(WEB)
    machines.fleet.start_on("worker1", stage.environment)
    stage.shift += LATER
    machines.fleet.start_on("worker2", stage.environment)
    stage.start(BEAT)
    stage.wait(lambda: stage.count_workers() == 2, "that both workers listen")


def cut_off_half(stage: Stage, machines: Machines, load: Load, renewals: Renewals) -> list[str]:
    """Cut half of the hosts off from all of ours, briefly and for longer, while payments are under way.

    The other worker takes over what they hold; when they are back they must not act on it. After the short
    cut their connections go on. They reach the processor all the time.
    """
    wrong: list[str] = []
    for seconds in [SHORT_CUT] if stage.is_quick else [SHORT_CUT, LONG_CUT]:
        held = renewals.begin()
        machines.cut_off(*HALF)
        renewals.go_on()
        began = time.monotonic()
        if load.ask_once("/readyz", host=load.hosts[0]) != SERVICE_UNAVAILABLE:
            wrong += ["a balancer would send people to a web host that is cut off"]
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        left = renewals.count_held()
        machines.reconnect(*HALF)
        work_on(load, effects=3)
        stage.note(f"cut off for {seconds:.0f} s with {held} payments under way, {left} at its end")
    return wrong


def kill_half(stage: Stage, machines: Machines, load: Load, renewals: Renewals) -> list[str]:
    """SIGKILL of all programs of half of the hosts; a buyer who is at the form goes on at the other half.

    In the quick version only the worker comes back.
    """
    buyer, path = _open_decision(load)
    held = renewals.begin()
    machines.fleet.kill_on(*HALF)
    began = time.monotonic()
    renewals.go_on()
    status = buyer.submit(load.hosts[1], path, {"decision": "accept"})
    work_on(load, effects=5)
    took = time.monotonic() - began
    stage.note(f"killed with {held} payments under way; 5 more acknowledged {took:.1f} s later")
    for host in ["worker1"] if stage.is_quick else HALF:
        machines.fleet.start_on(host, stage.environment)
    accepted = Charge.objects.filter(name=AT_THE_FORM, status=ChargeStatus.ACCEPTED).exists()
    return [] if accepted else [f"another host did not take the buyer's form ({status})"]


def promote(stage: Stage, machines: Machines, load: Load, renewals: Renewals) -> list[str]:
    """Cut the primary off, fence it, promote its standby, and write that down for the pooler."""
    held = renewals.begin()
    machines.cut_off("db1")
    began = time.monotonic()
    renewals.go_on()
    time.sleep(UNTIL_NOTICED)
    machines.primary.kill()  # The fence: it is gone before another one takes its place.
    stage.server = machines.promote_standby()
    stage.lead_to(stage.server.port, host=stage.server.place.address)
    collected = stage.count_collected()
    work_on(load)
    first = time.monotonic() - began
    stage.wait(lambda: stage.count_collected() > collected, "that a worker collects")
    last = time.monotonic() - began
    stage.note(
        f"promoted with {held} payments under way: acknowledged after {first:.0f} s, paid after {last:.0f} s"
    )
    work_on(load, effects=5)
    machines.reconnect("db1")
    return []


Event = Callable[[Stage, Machines, Load, Renewals], list[str]]
EVENTS: tuple[Event, ...] = (cut_off_half, kill_half, promote)


def _require(stage: Stage) -> None:
    """Raise Skipped where there cannot be several machines."""
    if not is_inside():
        raise Skipped(find_obstacle() or "it runs with Redis only")
    if not isinstance(stage.broker, RedisBroker):
        raise Skipped("there is no redis-server")


def _open_decision(load: Load) -> tuple[Browser, str]:
    """Return a buyer's browser at the page of a charge, after requests at both hosts, and its path."""
    terms = {"name": AT_THE_FORM, "price": 100, "quantity": 1, "return_url": "https://seller.example/back"}
    made = load.send("POST", "/v2/direct_charge/livechat", json.dumps(terms), load.bearer("buyer"))
    path, buyer = f"/?id={made.body['id']}", Browser(load.port)
    first, second = load.hosts
    buyer.open(first, "/login/")
    buyer.submit(second, "/login/", {"username": BUYER.email, "password": BUYER.password})
    buyer.open(first, path)
    return buyer, path


def _count_sweeps(stage: Stage) -> int:
    return count_done(stage.folder / "sweeps")[RENEW]


def _note_sweeps(stage: Stage, runs: int, seconds: float) -> None:
    """Note how often two beats had a sweep done; that nothing was done twice is judged by what it did."""
    sent = f"two beats sent {seconds:.0f}, and each activation one"
    stage.note(f"{runs} sweeps of renewals in {seconds:.0f} s: {sent}")
