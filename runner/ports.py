"""Listeners on a TCP port, from Linux's /proc."""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"
FIRST_FOR_ALL = 1024
LAST = 65_535
DEFAULT = 8000


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
        raise PortTaken(f"Port {port} of {host} cannot be used: {reason}. {advise(exc.errno, port)}") from exc


def advise(number: int | None, port: int) -> str:
    """Say what to do about an error of the system; a port that is proposed needs no rights."""
    other = port + 8000 if port < FIRST_FOR_ALL else port + 1 if port < LAST else DEFAULT
    if number == errno.EADDRINUSE:
        return f"Stop that, or choose another port: PORT={other}"
    if number in (errno.EACCES, errno.EPERM):
        return f"Ports below {FIRST_FOR_ALL} are for root; choose another port: PORT={other}"
    return "Choose an address of this machine: HOST=127.0.0.1"


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
