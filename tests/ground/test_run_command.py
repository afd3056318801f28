"""What `manage.py run` says before it starts anything."""

import os
import socket
import subprocess
import sys

from tests.ground.checkouts import PROJECT


def run(**env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=PROJECT,
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_taken_port_is_reported_with_the_process_that_holds_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = run(PORT=str(server.getsockname()[1]))
    assert done.returncode == 1
    assert f"process {os.getpid()} (" in done.stderr
    assert "pytest" in done.stderr or "python" in done.stderr
    assert done.stdout == ""


def test_a_port_that_is_no_number_is_refused():
    done = run(PORT="http")
    assert done.returncode == 1
    assert "PORT must be a number from 1 to 65535, not 'http'." in done.stderr
