"""Listeners on a TCP port, from Linux's /proc."""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"


class PortTaken(Exception):
    """The address cannot be listened on; the message says who does, or why not."""


def require_free(host: str, port: int) -> None:
    """Raise PortTaken unless a server could listen on this address now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as exc:
        reason = f"{holder(port)} listens on it" if exc.errno == errno.EADDRINUSE else exc.strerror
        advice = f"Stop that, or choose another port: PORT={port + 1}"
        raise PortTaken(f"Port {port} of {host} cannot be used: {reason}. {advice}") from exc


def holder(port: int) -> str:
    """The process that listens on a port: its number and command line, as far as this user may know."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(str(descriptor.readlink()) in sockets for descriptor in (process / "fd").iterdir()):
                command = (
                    (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                )
                return f"process {process.name} ({command})"
    return "a process of another user"


def _listening_inodes(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]
