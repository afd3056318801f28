"""`manage.py run` on a copy of the project, with real programs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.start import find_pages, open_page
from runner import postgres
from tests.runner.checkouts import PROJECT, becomes_true, command_line
from tests.runner.prepared import leave_database

pytestmark = [pytest.mark.slow, pytest.mark.django_db]  # Their database is copied.

# With what was compiled: its programs would else compile all of our modules anew.
NOT_COPIED = shutil.ignore_patterns(".*", "tests", "bench", "staticfiles")
NOT_INHERITED = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "BASE_URL",
    "BILLING_TEST",
    "LOG_LEVEL",
    "MAKELEVEL",
    "PYTHONDONTWRITEBYTECODE",
)


@pytest.fixture(scope="module", params=["one step", pytest.param("all steps", marks=pytest.mark.night)])
def project(request, django_db_setup) -> Iterator[Path]:
    """A copy with data of its own, so that a server running in this checkout is left alone.

    Its database lacks one migration; at night it lacks all of them, which takes half a minute.
    """
    folder = Path(tempfile.mkdtemp(prefix="ground-", dir="/tmp"))
    folder.chmod(0o755)
    copy = folder / folder.name
    shutil.copytree(PROJECT, copy, ignore=NOT_COPIED)
    if request.param == "one step" and postgres.is_used():
        leave_database(copy)
    yield copy
    shutil.rmtree(folder)
    for room in Path("/var/lib/billing-site").glob(f"{folder.name}-*"):
        shutil.rmtree(room)


def start(project: Path, port: int | str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=project,
        env=kept | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until_ready(server: subprocess.Popen[str], port: int) -> str:
    """Return what it has said until then."""
    said = ""
    for line in iter(server.stdout.readline, ""):
        said += line
        if "Ctrl-C stops everything" in line:
            assert ["ready", f"http://127.0.0.1:{port}"] in [line.split() for line in said.splitlines()]
            return said
    raise AssertionError(server.stderr.read())


def processes_in(project: Path) -> list[str]:
    """The command lines of what runs in the project's folder, or has that in its command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = command_line(int(process.name))
            if project.name in words or project.name in str((process / "cwd").readlink()):
                found.append(words)
        except OSError:
            continue
    return found


def test_it_serves_and_stops_without_a_trace_on_sigterm_and_after_kill_9(project):
    port = free_port()
    for number, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        server = start(project, port)
        is_first = number == signal.SIGTERM
        said = wait_until_ready(server, port)
        assert ("Preparing the database, " in said) == is_first
        for page in find_pages(said):
            open_page(page)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert (answer.status, answer.headers["Server"]) == (200, "billing")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert answer.status == 200
        told = project / ".data/base_url"
        assert told.read_text() == f"http://127.0.0.1:{port}"
        running = " ".join(processes_in(project))
        assert all(name in running for name in ("gunicorn", "worker", "beat", "postgres"))
        if is_first:
            assert_the_folder_is_taken(project, server)
        assert "/healthz" in (project / ".data/logs/web.log").read_text()
        server.send_signal(number)
        _, errors = server.communicate(timeout=40)
        assert server.returncode == status, errors
        assert becomes_true(lambda: not processes_in(project), within=25)
        assert told.exists() == (not is_first)
    assert (project / ".data").is_dir()
    assert [path.name for path in project.iterdir() if "schedule" in path.name] == []


def assert_the_folder_is_taken(project: Path, server: subprocess.Popen[str]) -> None:
    _, refused = start(project, free_port()).communicate(timeout=60)
    assert f"CommandError: The server of this folder runs already: process {server.pid} at" in refused
    assert "Traceback" not in refused
    kept = subprocess.run(
        [sys.executable, "manage.py", "reset", "--yes"], cwd=project, capture_output=True, text=True
    )
    assert "CommandError: The server of this folder runs already" in kept.stderr


def test_who_is_asked_to_stop_while_the_database_is_prepared_stops(project):
    server = start(project, free_port())
    assert becomes_true(lambda: "--prepare" in " ".join(processes_in(project)), within=60)
    server.send_signal(signal.SIGINT)
    out, errors = server.communicate(timeout=60)
    assert server.returncode == 0, errors
    assert out.endswith("Stopping.\n")
    assert "Traceback" not in errors
    assert becomes_true(lambda: not processes_in(project), within=25)


def test_a_taken_port_is_reported_with_the_process_that_holds_it(project):
    with socket.create_server(("127.0.0.1", 0)) as server:
        out, errors = (done := start(project, server.getsockname()[1])).communicate(timeout=60)
    assert done.returncode == 1
    assert f"process {os.getpid()} (" in errors
    assert out == ""


def test_a_port_that_is_no_number_is_refused(project):
    _, errors = (done := start(project, "http")).communicate(timeout=60)
    assert done.returncode == 1
    assert "PORT must be a whole number from 1 to 65535, not 'http'." in errors
