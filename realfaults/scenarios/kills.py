"""SIGKILL at every failpoint of the workers, of a child or of the whole worker."""

import ast
from pathlib import Path

from django.conf import settings

from realfaults import seeding
from realfaults.arming import kill_at
from realfaults.judging import find_unbilled
from realfaults.programs import WEBHOOKS, WORKER
from realfaults.receiver import receiving
from realfaults.stage import Stage
from simulator.judging import find_unheard

# Only requests of the web come there; `kills_of_the_web` does.
OF_THE_WEB = {"refund.before_commit"}
# Months, corrections, lists of the processor, hints that were stored, and mails: of the simulator alone.
OF_THE_SIMULATOR = {"close.before_commit", "close.claimed", "close.fenced", "correction.before_commit"}
OF_THE_SIMULATOR |= {
    "hint.before_commit",
    "list.before_commit",
    "mail.before_commit",
    "mail.sent",
    "mail.taken",
}
OF_THE_SIMULATOR |= {"payout.requested", "webhook.before_record"}
FOLDERS = ("charges", "invoicing", "payouts", "subscriptions", "webhooks", "mail", "bookkeeping", "ledger")
SWEEPS_WITH_FAULTS = 8


def kill_children(stage: Stage) -> list[str]:
    """Kill the first process of a worker's pool that comes to each failpoint."""
    return _kill(stage, kills_all=False)


def kill_workers(stage: Stage) -> list[str]:
    """Kill the whole worker at each failpoint; it is started again, as a supervisor does."""
    return _kill(stage, kills_all=True)


def list_failpoints() -> set[str]:
    """Return the names of all failpoints in the code."""
    files = [path for folder in FOLDERS for path in (Path(settings.BASE_DIR) / folder).rglob("*.py")]
    calls = [
        node
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint"
    ]
    return {ast.literal_eval(call.args[0]) for call in calls}


def _kill(stage: Stage, *, kills_all: bool) -> list[str]:
    points = list_failpoints() - OF_THE_WEB - OF_THE_SIMULATOR
    with receiving() as receiver:
        seeding.make_everything_due(stage, url=receiver.url)
        fired = _sweep_until_all_fired(stage, points, kills_all=kills_all)
        stage.note(f"killed at {len(fired)} of {len(points)} failpoints")
        stage.pass_time()
        stage.start(WORKER, WEBHOOKS)
        stage.sweep()
        stage.sweep()
        wrong = [*stage.judge(), *find_unbilled(seeding.list_subscriptions(), periods=1)]
        stage.sweep()  # Papers and webhooks follow what was collected.
        wrong += find_unheard(receiver.heard)
    return [*wrong, *(f"nothing was killed at {name}" for name in sorted(points - fired))]


def _sweep_until_all_fired(stage: Stage, points: set[str], *, kills_all: bool) -> set[str]:
    """Let time pass beyond the leases of the dead as often as it takes until each point was reached."""
    faults = kill_at(points, kills_all=kills_all)
    for _ in range(SWEEPS_WITH_FAULTS):
        stage.start(WORKER, WEBHOOKS, faults=faults)
        stage.sweep(faults=faults)
        stage.sweep(faults=faults)
        fired = {path.name for path in (stage.folder / "fired").iterdir()}
        if fired >= points:
            break
        stage.pass_time()
    return fired
