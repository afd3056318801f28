"""Bytes on a connection, and what comes back."""

import re
import socket
from contextlib import suppress
from dataclasses import dataclass

STATUS = re.compile(rb"(?:\A|(?<=[^\r\n])|(?<=\n))HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True)
class Heard:
    """What the server sent, and whether it closed the connection within the patience."""

    data: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        """Of each answer."""
        return [int(status) for status in STATUS.findall(self.data)]


def say(port: int, *parts: bytes, end: bool = False, patience: float = 1.0) -> Heard:
    """Send parts one after the other, perhaps that no more comes, and read until the server has said all."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            for part in parts:
                connection.sendall(part)
            if end:
                connection.shutdown(socket.SHUT_WR)
        return read(connection, patience)


def read(connection: socket.socket, patience: float) -> Heard:
    """Read until the server closes, or has been silent for so many seconds."""
    connection.settimeout(patience)
    data = b""
    try:
        while chunk := connection.recv(65_536):
            data += chunk
    except TimeoutError:
        return Heard(data, closed=False)
    except ConnectionResetError:
        pass
    return Heard(data, closed=True)


def write_request(
    *headers: bytes, line: bytes = b"POST /v1/direct_charge HTTP/1.1", body: bytes = b"", close: bool = True
) -> bytes:
    """A request of these bytes; headers are as they are given."""
    usual = [b"Host: 127.0.0.1", *([b"Connection: close"] if close else [])]
    return b"\r\n".join([line, *usual, *headers, b"", b""]) + body
