"""Namespaces of Linux for this process and what it starts from then on."""

import ctypes
import os
import subprocess
from pathlib import Path

MOUNTS, NETWORK = 0x00020000, 0x40000000


def can_leave() -> bool:
    """Whether this user may make namespaces."""
    return (
        subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode
        == 0
    )


def leave_mounts(memory: Path) -> None:
    """Mount from now on for ourselves alone, and have a folder that lies in memory."""
    _leave(MOUNTS)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", memory], check=True)


def leave_network() -> None:
    """Have a network that nobody else is in."""
    _leave(NETWORK)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def _leave(kind: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(kind):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
