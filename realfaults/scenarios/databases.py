"""PostgreSQL dies, cuts clients off, loses answers to COMMIT, gives way to its standby, or has no space."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from charges.models import Charge
from realfaults.base import BASE, make_base
from realfaults.brokers import Skipped
from realfaults.judging import find_lost, find_made_twice, find_unbilled
from realfaults.load import Load, sell_once, subscribe
from realfaults.postgres import Server
from realfaults.programs import BEAT, WEB, WORKER
from realfaults.proxy import Proxy
from realfaults.stage import DidNotHappen, Stage, connect_to, make_load
from subscriptions.models import Subscription

CYCLES = 5
BETWEEN = 1.0  # Seconds of work, at least, before the next kill.
PATIENCE = 60.0
STORIES = [sell_once, subscribe]
TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()
"""
DISK, FULL_FOR = "220m", 5.0  # Seconds after somebody has noticed.


def kill_database(stage: Stage) -> list[str]:
    """SIGKILL of the server, fsync on, again and again under load: nothing acknowledged is lost."""
    load = make_load(stage)
    stage.start(WEB, WORKER, BEAT)
    with load.running(STORIES):
        for _ in range(stage.cycles or CYCLES):
            _work_on(load)
            stage.server.kill()
            stage.server.start()
        _work_on(load)
    _note_load(stage, load, f"{stage.cycles or CYCLES} times killed")
    return _heal_and_judge(stage, load)


def terminate_connections(stage: Stage) -> list[str]:
    """Every connection is terminated every 200 ms."""
    load = make_load(stage)
    stage.start(WEB, WORKER, BEAT)
    ended, terminated = time.monotonic() + (20 if stage.is_quick else 60), 0
    with load.running(STORIES):
        while time.monotonic() < ended:
            time.sleep(0.2)
            [[count]] = stage.server.ask(TERMINATE, [stage.database])
            terminated += count
    _note_load(stage, load, f"{terminated} connections terminated")
    return _heal_and_judge(stage, load)


def cut_during_commit(stage: Stage) -> list[str]:
    """Every seventh COMMIT of programs loses its connection before its answer, which may have been yes."""
    with Proxy(stage.server.port).running() as proxy:
        load = make_load(stage)
        stage.lead_to(proxy.port)
        stage.start(WEB, WORKER, BEAT)
        proxy.cut_every = 7
        with load.running(STORIES):
            time.sleep(10 if stage.is_quick else 60)
        proxy.cut_every = 0
        _note_load(stage, load, f"cut {proxy.cuts}")
        wrong = [] if sum(proxy.cuts.values()) >= 10 else ["hardly any COMMIT was cut"]
        stage.programs.kill()
        stage.lead_to(stage.server.port)
        return [*wrong, *_heal_and_judge(stage, load)]


def promote_standby(stage: Stage) -> list[str]:
    """The primary dies under load and its standby, which every commit waited for, takes over."""
    return _promote(stage, "on")


def promote_reading_standby(stage: Stage) -> list[str]:
    """The same where a commit waits until the standby shows it."""
    return _promote(stage, "remote_apply")


def fill_disk(stage: Stage) -> list[str]:
    """PostgreSQL's disk, a small tmpfs, is full under load; some seconds later there is space again."""
    with _small_disk(stage) as disk:
        small = Server(disk / "postgres", {"max_wal_size": "32MB", "min_wal_size": "8MB"})
        small.initialise("--wal-segsize=1")
        small.start()
        main, stage.server = stage.server, small
        try:
            return _fill(stage, disk)
        finally:
            stage.programs.kill()
            stage.server = main
            small.stop()


def _promote(stage: Stage, commit: str) -> list[str]:
    standby = None
    stage.server.ask(f"ALTER SYSTEM SET synchronous_commit = '{commit}'")
    primary = stage.server
    with Proxy(primary.port).running() as proxy:
        try:
            standby = _follow(primary, stage.folder / f"standby-{commit}")
            load = make_load(stage)
            stage.lead_to(proxy.port)
            stage.start(WEB, WORKER, BEAT)
            with load.running(STORIES):
                _work_on(load, effects=10)
                primary.kill()
                standby.promote()
                proxy.upstream, stage.server = standby.port, standby
                proxy.cut_all()
                _work_on(load, effects=10)
            _note_load(stage, load, f"promoted with synchronous_commit {commit}")
            return _heal_and_judge(stage, load)
        finally:
            stage.programs.kill()
            if standby is not None:
                standby.stop()
            stage.server = primary
            _stand_alone(primary)
            stage.lead_to(primary.port)


def _follow(primary: Server, folder: Path) -> Server:
    """Return a running standby that every commit waits for."""
    standby = primary.copy_to(folder, name="follower")
    standby.start()
    primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'follower'")
    primary.ask("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    while primary.ask("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
        if time.monotonic() > deadline:
            raise DidNotHappen("the standby does not follow")
        time.sleep(0.1)
    return standby


def _stand_alone(primary: Server) -> None:
    """Bring the old primary back for the scenarios to come, without its standby."""
    primary.kill()
    (primary.folder / "data" / "postgresql.auto.conf").write_text("")
    primary.start()


@contextmanager
def _small_disk(stage: Stage) -> Iterator[Path]:
    disk = stage.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "none", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        raise Skipped("only root can mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill(stage: Stage, disk: Path) -> list[str]:
    stage.lead_to(stage.server.port)
    connect_to(stage.server.port, BASE)
    make_base(stage.server)
    stage.server.ask(f'CREATE DATABASE "{stage.database}" TEMPLATE "{BASE}"')
    stage.lead_to(stage.server.port)
    load = make_load(stage)
    stage.start(WEB, WORKER, BEAT)
    with load.running(STORIES):
        _work_on(load, effects=5)
        _take_all_space(disk)
        noticed = stage.wait(lambda: _has_no_space(stage, load), "that somebody misses space")
        time.sleep(FULL_FOR)
        (disk / "filling").unlink()
        has_ended = stage.server.has_ended()
        if has_ended:
            stage.server.start()  # As systemd does.
        _work_on(load, effects=5)
    lasted, end = noticed + FULL_FOR, "ended" if has_ended else "went on"
    _note_load(stage, load, f"full for {lasted:.0f} s, PostgreSQL {end}")
    return _heal_and_judge(stage, load)


def _has_no_space(stage: Stage, load: Load) -> bool:
    return stage.server.has_ended() or bool(load.server_errors)


def _take_all_space(disk: Path) -> None:
    with suppress(OSError), (disk / "filling").open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(1 << 16))


def _work_on(load: Load, *, effects: int = 1) -> None:
    """Let people work for a while, and until something more is acknowledged. Raises DidNotHappen."""
    enough, began = load.count_effects() + effects, time.monotonic()
    while load.count_effects() < enough or time.monotonic() - began < BETWEEN:
        if time.monotonic() - began > PATIENCE:
            raise DidNotHappen(f"nothing was acknowledged for {PATIENCE:.0f} s")
        time.sleep(0.05)


def _note_load(stage: Stage, load: Load, what: str) -> None:
    told = ", ".join(f"{count} {name}" for name, count in sorted(load.statuses.items()))
    effects = f"{len(load.charges)} charges and {len(load.subscriptions)} subscriptions acknowledged"
    stage.note(f"{what}; {effects} ({told})")


def _heal_and_judge(stage: Stage, load: Load) -> list[str]:
    """Let everything live on after the leases, sweep twice, and look for what was acknowledged."""
    stage.pass_time()
    stage.start(WEB, WORKER)
    left = len(load.unanswered)
    late = [str(answer.body["id"]) for answer in load.ask_again() if "id" in answer.body]
    stage.note(f"{left} requests asked again")
    stage.sweep()
    stage.sweep()
    acknowledged = [*load.charges, *load.subscriptions, *late]
    stage.due = _find_keys(Charge, load.charges)
    wrong = [] if load.count_effects() >= 5 else ["hardly anything was acknowledged"]
    wrong += [*load.troubles, *find_lost(acknowledged), *find_made_twice()]
    return [*wrong, *find_unbilled(_find_keys(Subscription, load.subscriptions), periods=1), *stage.judge()]


def _find_keys(model: type[Charge] | type[Subscription], public_ids: list[str]) -> list[int]:
    return list(model.objects.filter(public_id__in=public_ids).values_list("pk", flat=True))
