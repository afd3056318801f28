"""Gunicorn's thread worker, but threads get whole requests only: who sends slowly holds up nobody."""

import errno
import re
import selectors
import socket
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

SECONDS = 20  # In which a request must have come.
MAX_HEAD = 65_536  # Bytes. No thread waits for the rest of a longer one.
MAX_BODY = 2_359_296  # Bytes. Above each limit of billing_site.middleware, which refuses a longer one unread.
MAX_HELD = 268_435_456  # Bytes of all requests of a process that are not whole.
READ = 65_536
END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
EXPECTS = re.compile(
    rb"\A[^\r\n]* HTTP/1\.1\r\n(?:.*\r\n)?expect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE | re.DOTALL
)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class GatheringWorker(ThreadWorker):
    """Reads requests in its loop, without blocking, and hands them on when they are whole."""

    def enqueue_req(self, conn: Any) -> None:
        """Begin with the next request of a connection; some of it may have come with the one before."""
        conn.init()
        conn.sock.setblocking(False)
        conn.data_ready = True  # Threads need not wait for it.
        conn.gathered, conn.wanted = bytearray(conn.parser.unreader.take_buffered()), 0
        if is_whole(conn) or read_more(conn):
            self.give_thread(conn)
            return
        conn.timeout = monotonic() + SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.gather, conn))

    def gather(self, conn: Any, client: Any) -> None:
        """Read what has come, and end the waiting when that is all."""
        is_all = read_more(conn)
        if not is_all and not self.holds_too_much(conn):
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if is_all:
            self.give_thread(conn)
        else:
            self.end(conn)

    def holds_too_much(self, conn: Any) -> bool:
        """Say whether so much is held that a large request has to be given up; small ones are few bytes."""
        if len(conn.gathered) <= READ:
            return False
        return sum(len(each.gathered) for each in self.pending_conns) > MAX_HELD

    def give_thread(self, conn: Any) -> None:
        """Have a thread parse and answer what was read; it never waits for the end of a head."""
        if not conn.wanted:
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        conn.parser.unreader.unread(bytes(conn.gathered))
        conn.gathered = bytearray()
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request; a client that reads nothing (SEND_SECONDS of gunicorn_conf) has gone away.

        Its body is here by now: a client that waited to be told to go on was told by `find_length`.
        """
        req._expected_100_continue = False
        try:
            return bool(super().handle_request(req, conn))
        except BlockingIOError as error:
            raise BrokenPipeError(errno.EPIPE, "The client reads nothing.") from error

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Go on with a connection, or end it without waiting for the client, as gunicorn's loop would."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.linger(conn)

    def linger(self, conn: Any) -> None:
        """Say that no more comes; close when the client has, as a reset might take the answer from it."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.end(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.drain, conn))

    def drain(self, conn: Any, client: Any) -> None:
        """Drop what still comes."""
        try:
            is_over = not client.recv(READ)
        except OSError as error:
            is_over = not isinstance(error, BlockingIOError)
        if is_over:
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)
            self.end(conn)

    def end(self, conn: Any) -> None:
        """Close a connection that nobody waits for."""
        self.nr_conns -= 1
        conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer for those who send slowly, either, when the server stops."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def read_more(conn: Any) -> bool:
    """Read what has come; say whether to wait no more, as it is whole or the client went away."""
    try:
        data = conn.sock.recv(READ)
    except BlockingIOError:
        return False
    except OSError:
        return True
    conn.gathered += data
    return not data or is_whole(conn)


def is_whole(conn: Any) -> bool:
    """Say whether a request has come, or as much of one as the parser needs to refuse it."""
    if not conn.wanted and (end := conn.gathered.find(END)) >= 0:
        conn.wanted = end + len(END) + find_length(conn, bytes(conn.gathered[: end + len(END)]))
    if conn.wanted:
        return len(conn.gathered) >= conn.wanted
    return len(conn.gathered) > MAX_HEAD


def find_length(conn: Any, head: bytes) -> int:
    """Return how many bytes of a body to wait for: of one that is refused or has no length, none."""
    lengths = LENGTH.findall(head)
    length = int(lengths[0]) if len(lengths) == 1 else 0
    if length > MAX_BODY:
        return 0
    if length and EXPECTS.search(head):
        with suppress(OSError):  # It went away, or does not read: the next read or the time limit tells.
            conn.sock.send(GO_ON)
    return length
