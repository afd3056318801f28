"""A folder has one server at a time, and the second is told which process the first is."""

import os
import subprocess
import sys

import pytest

from runner.single import AlreadyRunning, only_server
from tests.runner.checkouts import PROJECT

HOLD = """
import sys
from pathlib import Path
from runner.single import only_server
with only_server(Path(sys.argv[1]), address="127.0.0.1:8001"):
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_second_server_is_refused_by_the_name_of_the_first(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=PROJECT, stdin=-1, stdout=-1, text=True) as first:
        assert first.stdout.readline() == "ready\n"
        named = f"runs already: process {first.pid} at 127.0.0.1:8001. Stop that first"
        with pytest.raises(AlreadyRunning, match=named), only_server(tmp_path / "data", address="x"):
            pass
        first.kill()  # However it ends, the folder is free again.
    with only_server(tmp_path / "data", address="127.0.0.1:8002"):
        assert str(os.getpid()) in (tmp_path / "data" / "run.lock").read_text()


def test_two_folders_have_a_server_each(tmp_path):
    with only_server(tmp_path / "one", address="a"), only_server(tmp_path / "two", address="b"):
        assert not (tmp_path / "one").stat().st_mode & 0o066
