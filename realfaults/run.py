"""Run scenarios one after the other and report."""

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from realfaults.base import BASE, make_base
from realfaults.brokers import FileBroker, RabbitBroker, RedisBroker, Skipped
from realfaults.postgres import Server
from realfaults.scenarios import brokers, databases, kills, machines, upgrade, web, work
from realfaults.stage import DidNotHappen, Stage, connect_to, own_database
from runner.postgres import CHECKOUT

Scenario = Callable[[Stage], list[str]]
SCENARIOS: dict[str, Scenario] = {
    "kill-children": kills.kill_children,
    "kill-workers": kills.kill_workers,
    "kill-web": web.kill_web,
    "flushall": brokers.lose_all_messages,
    "kill-all": brokers.lose_workers_and_messages,
    "restart-redis": brokers.restart_redis,
    "kill-postgres": databases.kill_database,
    "terminate": databases.terminate_connections,
    "cut-commits": databases.cut_during_commit,
    "standby": databases.promote_standby,
    "reading-standby": databases.promote_reading_standby,
    "full-disk": databases.fill_disk,
    "two-beats": work.run_two_beats,
    "slow-processor": work.slow_down_processor,
    "lost-processor": work.lose_processor,
    "poison": work.poison_rows,
    "several-machines": machines.disturb_machines,
    "upgrade": upgrade.upgrade,
}
QUICK = ("kill-children", "kill-all", "kill-postgres", "several-machines")


class Wish(NamedTuple):
    """Which scenarios are wanted, and how long."""

    names: list[str]
    is_quick: bool = False
    cycles: int | None = None


def run(folder: Path, broker: RedisBroker | RabbitBroker | FileBroker, wish: Wish) -> int:
    """Run the scenarios and print what came of each; 1 when something was wrong."""
    began = time.monotonic()
    server = Server(folder / "postgres")
    server.initialise()
    server.start()
    try:
        connect_to(server.port, BASE)
        make_base(server)
        _say(f"A migrated database after {time.monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f}.")
        stage = Stage(folder, server, broker, CHECKOUT)
        stage.cycles, stage.is_quick = wish.cycles, wish.is_quick
        wrong = sum(_play(stage, name) for name in wish.names or (QUICK if wish.is_quick else SCENARIOS))
    finally:
        server.stop()
    _say(f"{time.monotonic() - began:.0f} s, {wrong} wrong.")
    return 1 if wrong else 0


def _play(stage: Stage, name: str) -> bool:
    began = time.monotonic()
    with own_database(stage, name.replace("-", "_")):
        try:
            wrong = SCENARIOS[name](stage)
        except Skipped as exc:
            _say(f"{name}: skipped, {exc}")
            return False
        except DidNotHappen as exc:
            wrong = [str(exc)]
        except Exception:
            wrong = [traceback.format_exc()]
    _say(f"{name}: {'; '.join(stage.figures)}; {time.monotonic() - began:.0f} s; {wrong or 'nothing wrong'}")
    return bool(wrong)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
