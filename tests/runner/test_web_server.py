"""What gunicorn itself does, with several processes."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from runner import programs
from runner.postgres.locks import locked
from runner.serving import answers
from runner.supervisor import Supervisor
from tests.runner.checkouts import becomes_true
from tests.web_server import NO_DATABASE, ask, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run the web server on a free port; it needs no database for what is asked here."""
    folder = tmp_path_factory.mktemp("web")
    with serving(folder, {"DATABASE_URL": NO_DATABASE}) as port:
        yield port, folder
    assert sorted(os.listdir(folder)) == ["log"]  # The metrics are gone with the server.


def test_a_body_that_is_too_large_is_answered_without_being_read(server):
    status, kind, text = ask(server[0], "POST", "/v1/direct_charge", b"x" * 3_000_000)
    assert (status, kind) == (413, "application/json")
    assert "too_large" in text


def test_a_body_in_chunks_is_refused(server):
    status, kind, _ = ask(
        server[0], "POST", "/v1/direct_charge", iter([b"{}"]), {"Transfer-Encoding": "chunked"}
    )
    assert (status, kind) == (411, "application/json")


def test_broken_bytes_of_a_path_are_refused(server):
    status, kind, _ = ask(server[0], "GET", "/v1/direct_charge/%ff")
    assert (status, kind) == (400, "application/json")


def test_a_dead_database_is_unavailable_in_json_and_a_server_that_is_not_ready(server):
    headers = {"Authorization": "Bearer some-token", "Content-Type": "application/json"}
    status, kind, text = ask(server[0], "POST", "/v1/direct_charge", b"{}", headers)
    assert (status, kind) == (503, "application/json")
    assert "internal" in text
    assert ask(server[0], "GET", "/readyz")[0] == 503
    assert ask(server[0], "GET", "/healthz")[0] == 200


def test_the_metrics_are_those_of_all_processes(server):
    for _ in range(20):
        ask(server[0], "GET", "/healthz")
    counts = {count_health_requests(server[0]) for _ in range(5)}
    assert len(counts) == 1
    assert counts.pop() >= 20


def count_health_requests(port):
    lines = ask(port, "GET", "/metrics")[2].splitlines()
    wanted = [line for line in lines if 'view="billing_site.health.healthz"' in line and "transport" in line]
    return float(wanted[0].split()[-1])


def test_everything_that_is_written_is_json(server):
    lines = (server[1] / "log").read_text().splitlines()
    assert lines
    assert [line for line in lines if not line.startswith("{")] == []
    assert not any("some-token" in line for line in lines)


@pytest.fixture
def waiting(tmp_path):
    """A lock, and the port, command and environment of a web server that waits for it."""
    lock = tmp_path / "preparing.lock"
    lock.write_text("")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"DATABASE_URL": NO_DATABASE, "SECRET_KEY": "k" * 60, "LOG_FILE": str(tmp_path / "log")}
    own |= {programs.WAITS_FOR: str(lock), "TMPDIR": str(tmp_path)}
    return lock, port, programs.web("127.0.0.1", port, workers=1), programs.environment() | own


def test_it_loads_while_the_database_is_prepared_and_answers_afterwards(waiting):
    lock, port, command, environment = waiting
    with Supervisor(sys.__stdout__) as supervisor:
        with locked(lock, patience=1):
            supervisor.start("web", command, environment)
            assert becomes_true(lambda: somebody_waits_for(lock), within=60)
            assert not answers("127.0.0.1", port)
            lock.write_text(programs.PREPARED)
        assert becomes_true(lambda: answers("127.0.0.1", port), within=10)


def test_it_ends_without_having_answered_where_who_prepared_was_killed(waiting, tmp_path):
    """The lock is free then, but the word that the database is prepared is missing."""
    _, _, command, environment = waiting
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"preparing.lock", "log"}


def test_it_leaves_nothing_behind_when_it_is_ended_while_it_waits(waiting, tmp_path):
    lock, _, command, environment = waiting
    with locked(lock, patience=1), subprocess.Popen(command, env=environment) as server:
        assert becomes_true(lambda: somebody_waits_for(lock), within=60)
        server.terminate()
        assert server.wait(timeout=10) == 0
    assert {path.name for path in tmp_path.iterdir()} <= {"preparing.lock", "log"}


def somebody_waits_for(lock: Path) -> bool:
    waiting = [line for line in Path("/proc/locks").read_text().splitlines() if "->" in line]
    return any(line.split()[6].endswith(f":{lock.stat().st_ino}") for line in waiting)
