"""Where programs run and listen: here, or on a host that is a network namespace; free ports."""

import socket
import time
from typing import NamedTuple

HOST = "127.0.0.1"


class Place(NamedTuple):
    """Where a program runs: the address that it listens on, and the words before its command."""

    address: str = HOST
    prefix: tuple[str, ...] = ()
    name: str = "here"


HERE = Place()


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, *, address: str = HOST, patience: float = 60.0) -> None:
    """Wait until somebody listens on a port. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            socket.create_connection((address, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
