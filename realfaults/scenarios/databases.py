"""PostgreSQL dies, cuts clients off, loses answers to COMMIT, gives way to its standby, or has no space."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from realfaults.base import BASE, make_base
from realfaults.brokers import Skipped
from realfaults.healing import STORIES, heal_and_judge, note_load, work_on
from realfaults.load import Load
from realfaults.ports import HERE, Place
from realfaults.postgres import Server
from realfaults.programs import BEAT, WEB, WORKER
from realfaults.proxy import Proxy
from realfaults.stage import DidNotHappen, Stage, connect_to, make_load

CYCLES = 5
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
            work_on(load)
            stage.server.kill()
            stage.server.start()
        work_on(load)
    note_load(stage, load, f"{stage.cycles or CYCLES} times killed")
    return heal_and_judge(stage, load)


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
    note_load(stage, load, f"{terminated} connections terminated")
    return heal_and_judge(stage, load)


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
        note_load(stage, load, f"cut {proxy.cuts}")
        wrong = [] if sum(proxy.cuts.values()) >= 10 else ["hardly any COMMIT was cut"]
        stage.programs.kill()
        stage.lead_to(stage.server.port)
        return [*wrong, *heal_and_judge(stage, load)]


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
            standby = follow(primary, stage.folder / f"standby-{commit}")
            load = make_load(stage)
            stage.lead_to(proxy.port)
            stage.start(WEB, WORKER, BEAT)
            with load.running(STORIES):
                work_on(load, effects=10)
                primary.kill()
                standby.promote()
                proxy.upstream, stage.server = standby.port, standby
                proxy.cut_all()
                work_on(load, effects=10)
            note_load(stage, load, f"promoted with synchronous_commit {commit}")
            return heal_and_judge(stage, load)
        finally:
            stage.programs.kill()
            if standby is not None:
                standby.stop()
            stage.server = primary
            _stand_alone(primary)
            stage.lead_to(primary.port)


def follow(primary: Server, folder: Path, *, place: Place = HERE) -> Server:
    """Return a running standby that every commit waits for; on another host it has the primary's port."""
    standby = primary.copy_to(folder, name="follower", place=place)
    if place is not HERE:
        standby.port = primary.port
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
        work_on(load, effects=5)
        _take_all_space(disk)
        noticed = stage.wait(lambda: _has_no_space(stage, load), "that somebody misses space")
        time.sleep(FULL_FOR)
        (disk / "filling").unlink()
        has_ended = stage.server.has_ended()
        if has_ended:
            stage.server.start()  # As systemd does.
        work_on(load, effects=5)
    lasted, end = noticed + FULL_FOR, "ended" if has_ended else "went on"
    note_load(stage, load, f"full for {lasted:.0f} s, PostgreSQL {end}")
    return heal_and_judge(stage, load)


def _has_no_space(stage: Stage, load: Load) -> bool:
    return stage.server.has_ended() or bool(load.server_errors)


def _take_all_space(disk: Path) -> None:
    with suppress(OSError), (disk / "filling").open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(1 << 16))
