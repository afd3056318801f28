"""Run the tool in network, mount and process namespaces of its own, which end with it, however it ends."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

INSIDE = "REAL_FAULTS_INSIDE"
# Whoever kills the process outside kills everything inside: `unshare` dies with it, and the first process of
# the namespace with `unshare`. What is left of the others is then killed by the kernel.
OUTER = ("setpriv", "--pdeathsig", "KILL")
WORDS = (*OUTER, "unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child")
FOLDER_OF_NAMES = "/run/netns"


def find_obstacle() -> str:
    """Return why this machine cannot play several machines; empty if it can."""
    if os.geteuid():
        return "only root can make network namespaces"
    missing = [name for name in ("ip", "unshare", "setpriv", "nsenter") if shutil.which(name) is None]
    if missing:
        return f"there is no {' and no '.join(missing)} (Debian: iproute2, util-linux)"
    if subprocess.run([*WORDS, "true"], capture_output=True, check=False).returncode:
        return "the kernel lets us make no namespaces"
    return ""


def is_inside() -> bool:
    """Say whether this process has namespaces of its own."""
    return INSIDE in os.environ


def run_inside(folder: Path, arguments: Sequence[str]) -> int:
    """Run the tool again in namespaces, with its files in a folder, and return its exit status."""
    command = [*WORDS, sys.executable, "-m", "realfaults", *arguments]
    with subprocess.Popen(command, env=os.environ | {INSIDE: str(folder)}) as tool:
        end = _ending(tool)
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        return tool.wait()


def enter() -> Path:
    """Have loopback and a place for names of namespaces, and return the folder for files."""
    Path(FOLDER_OF_NAMES).mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", FOLDER_OF_NAMES], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return Path(os.environ[INSIDE])


def _ending(tool: "subprocess.Popen[bytes]") -> Any:
    """Return a handler of signals: `unshare` itself heeds none but SIGKILL.

    It interrupts the wait for the tool, which holds a lock, so that waiting here would never end.
    """

    def end(*_: object) -> None:
        tool.kill()
        sys.exit(1)

    return end
