"""A TCP proxy before PostgreSQL that cuts connections around COMMIT, and that can lead elsewhere."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

from realfaults.ports import HOST

# A simple query of the protocol: 'Q', its length, the text and a zero.
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
CHUNK = 65_536


class Proxy:
    """Passes everything on; every `cut_every`th COMMIT is cut, in turn before and after its answer came.

    A client whose connection was cut cannot know whether its transaction was committed.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.cut_every = 0
        self.cuts = {"unanswered": 0, "answered and lost": 0}
        self._listener = socket.create_server((HOST, 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        self._commits = count(1)
        self._open: set[socket.socket] = set()

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Serve for a block."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._listener.close()
            self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection."""
        for end in list(self._open):
            _shut(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                server = socket.create_connection((HOST, self.upstream), timeout=5)
            except OSError:
                return
            server.settimeout(None)
            ends = {client, server}
            self._open |= ends
            with server, suppress(OSError):
                loses_answer = threading.Event()
                threading.Thread(target=_pass_back, args=[server, client, loses_answer], daemon=True).start()
                try:
                    self._pass_on(client, server, loses_answer)
                finally:
                    # To close a socket from which another thread reads tells its other end nothing.
                    _shut(client)
                    _shut(server)
            self._open -= ends

    def _pass_on(self, client: socket.socket, server: socket.socket, loses_answer: threading.Event) -> None:
        while data := client.recv(CHUNK):
            is_cut = COMMIT in data and self.cut_every and next(self._commits) % self.cut_every == 0
            if is_cut and sum(self.cuts.values()) % 2:
                # The server gets it, and nobody is there any more to hear what it says.
                self.cuts["unanswered"] += 1
                _shut(client)
                server.sendall(data)
                return
            if is_cut:
                self.cuts["answered and lost"] += 1
                loses_answer.set()
            server.sendall(data)


def _pass_back(server: socket.socket, client: socket.socket, loses_answer: threading.Event) -> None:
    with suppress(OSError):
        while data := server.recv(CHUNK):
            if loses_answer.is_set():
                break  # The answer to COMMIT is here, so it was done; the client never hears of it.
            client.sendall(data)
    _shut(client)
    _shut(server)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
