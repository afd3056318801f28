"""Nothing of several machines is left behind, however the tool ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from realfaults.machines import isolation

MARK = "90210.4"  # Seconds of a sleep that nobody else has.
# What the tool does: names of its own for namespaces, and programs in them.
INSIDE = f"""
import os, subprocess
from realfaults.machines import isolation, network
os.environ[isolation.INSIDE] = "/tmp"
isolation.enter()
network.make_networks()
host = network.Host("web1", 11, (network.LAN,))
for prefix in ((), host.place_in(network.LAN).prefix):
    subprocess.Popen([*prefix, "sleep", "{MARK}"], start_new_session=True)
subprocess.run(["sleep", "60"])
"""
TOOL = f"""
import subprocess, sys
from realfaults.machines.isolation import WORDS
subprocess.run([*WORDS, sys.executable, "-c", {INSIDE!r}])
"""
WAITING = f"""
from pathlib import Path
from realfaults.machines import isolation
isolation.WORDS = ("sh", "-c", "exec sleep {MARK}")
isolation.run_inside(Path("/tmp"), [])
"""
pytestmark = pytest.mark.skipif(bool(isolation.find_obstacle()), reason=isolation.find_obstacle())


def list_sleepers() -> list[Path]:
    """The processes of this machine that the tool has started."""
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if is_sleeper(path)]


def is_sleeper(path: Path) -> bool:
    try:
        return path.read_bytes() == f"sleep\0{MARK}\0".encode()
    except OSError:
        return False


def wait_for(count: int) -> None:
    deadline = time.monotonic() + 20
    while len(list_sleepers()) != count:
        assert time.monotonic() < deadline, list_sleepers()
        time.sleep(0.05)


def test_a_tool_that_is_killed_leaves_no_process_and_no_namespace():
    before = subprocess.run(["ip", "netns"], capture_output=True, check=True).stdout
    tool = subprocess.Popen([sys.executable, "-c", TOOL])
    wait_for(2)
    tool.kill()
    tool.wait()
    wait_for(0)
    assert subprocess.run(["ip", "netns"], capture_output=True, check=True).stdout == before


def test_a_tool_that_is_asked_to_end_does_so_and_ends_what_it_waits_for():
    tool = subprocess.Popen([sys.executable, "-c", WAITING])
    wait_for(1)
    time.sleep(0.5)  # Until it waits.
    tool.terminate()
    try:
        assert tool.wait(20) == 1
    finally:
        tool.kill()
    wait_for(0)


def test_who_is_not_root_is_told_so(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert isolation.find_obstacle() == "only root can make network namespaces"


def test_without_ip_it_is_named(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None if name == "ip" else f"/usr/bin/{name}")
    assert isolation.find_obstacle() == "there is no ip (Debian: iproute2, util-linux)"
