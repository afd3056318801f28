"""Bytes that are no proper HTTP are refused, or the connection is closed; the server goes on serving."""

import json
import socket
import struct
import time
from collections import deque
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from billing_site.gathering_worker import MAX_BODY, MAX_HELD, GatheringWorker
from billing_site.middleware import CORRECTION, find_limit
from dialects.hooks import MAX_BODY as MAX_HINTS
from tests.hostile.sockets import read, say, write_request
from tests.web_server import NO_DATABASE, ask, serving

pytestmark = pytest.mark.slow

GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
RESET = struct.pack("ii", 1, 0)  # Closing sends a reset.
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server without a database: all that is sent here is refused before one is asked."""
    folder = tmp_path_factory.mktemp("sockets")
    with serving(folder, {"DATABASE_URL": NO_DATABASE, "REQUEST_LOG_DAYS": "0"}, workers=1) as port:
        yield port, folder / "log"


@pytest.fixture(autouse=True)
def _is_alive_afterwards(server):
    yield
    assert ask(server[0], "GET", "/healthz")[0] == 200


FRAMING = {
    "two lengths": write_request(b"Content-Length: 2", b"Content-Length: 3", body=b"{} "),
    "two lengths in one": write_request(b"Content-Length: 2, 2", body=b"{}"),
    "a length and chunks": write_request(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n" + SMUGGLED),
    "chunks and a length": write_request(CHUNKED, b"Content-Length: 4", body=b"0\r\n\r\n" + SMUGGLED),
    "a length below zero": write_request(b"Content-Length: -1", body=b"{}"),
    "a length with a sign": write_request(b"Content-Length: +2", body=b"{}"),
    "a length in hex": write_request(b"Content-Length: 0x2", body=b"{}"),
    "a length with an underscore": write_request(b"Content-Length: 1_0", body=b"0123456789"),
    "a length of other digits": write_request("Content-Length: ٢".encode(), body=b"{}"),
    "a huge length": write_request(b"Content-Length: " + b"9" * 30, body=b"{}"),
    "a length of nothing": write_request(b"Content-Length:", body=b"{}"),
    "chunks twice": write_request(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
    "chunks within chunks": write_request(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "chunks first": write_request(b"Transfer-Encoding: chunked, gzip", body=b"0\r\n\r\n"),
    "an unknown coding": write_request(b"Transfer-Encoding: cow", body=b"{}"),
    "a hidden coding": write_request(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
    "a coding with a blank": write_request(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
    "a chunk of no number": write_request(CHUNKED, body=b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk below zero": write_request(CHUNKED, body=b"-2\r\n{}\r\n0\r\n\r\n"),
    "a huge chunk": write_request(CHUNKED, body=b"f" * 40 + b"\r\n{}"),
    "a chunk without an end": write_request(CHUNKED, body=b"2\r\n{}XX"),
    "a chunk with a bare line feed": write_request(CHUNKED, body=b"2\n{}\n0\n\n"),
    "chunks in HTTP/1.0": write_request(CHUNKED, line=b"POST /v1/direct_charge HTTP/1.0", body=b"0\r\n\r\n"),
    "a body that is cut off": write_request(b"Content-Length: 50", body=b"{}"),
}
LINES = {
    "HTTP/0.9": b"GET /healthz\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "nothing but line ends": b"\r\n" * 50,
    "nothing but zeros": b"\0" * 500,
    "an unknown version": b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n",
    "no version number": b"GET /healthz HTTP/x\r\nHost: a\r\n\r\n",
    "a blank too many": b"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "a blank in the path": b"GET /health z HTTP/1.1\r\nHost: a\r\n\r\n",
    "NUL in the path": b"GET /health\0z HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "a method of odd letters": b"G(T /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "a method in small letters": b"get /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "a path that does not begin": b"GET healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "CONNECT": b"CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example\r\nConnection: close\r\n\r\n",
    "an address of elsewhere": b"GET http://evil.example/nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a long address": write_request(line=b"GET /" + b"a" * 100_000 + b" HTTP/1.1"),
    "an address without an end": b"GET /" + b"a" * 300_000,
}
HEADERS = {
    "a folded line": write_request(b"X-A: b\r\n c: d"),
    "a folded first line": b"POST /v1/direct_charge HTTP/1.1\r\n Host: a\r\n\r\n",
    "NUL in a value": write_request(b"X-A: b\0c"),
    "NUL in a name": write_request(b"X-A\0: b"),
    "a bare line feed": b"GET /v1/direct_charge HTTP/1.1\nHost: a\n\n",
    "a bare carriage return": write_request(b"X-A: b\rX-B: c"),
    "no colon": write_request(b"X-A b"),
    "no name": write_request(b": b"),
    "a blank before the colon": write_request(b"X-A : b"),
    "an underscore": write_request(b"Content_Length: 5"),
    "bytes of Latin-1": write_request(b"X-A: \xff"),
    "two hosts": write_request(b"Host: evil.example"),
    "no host": b"POST /v1/direct_charge HTTP/1.1\r\nConnection: close\r\n\r\n",
    "a long header": write_request(b"X-A: " + b"a" * 100_000),
    "many headers": write_request(*(b"X-%d: a" % number for number in range(2000))),
    "headers without an end": b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000,
}


@pytest.mark.parametrize("sent", [*FRAMING.values(), *HEADERS.values()], ids=[*FRAMING, *HEADERS])
def test_what_is_framed_or_headed_wrongly_is_refused_once(server, sent):
    """One answer at most: what is behind an odd end of a body is never taken for a request.

    501 is the standard's word for a coding that the server does not know.
    """
    heard = say(server[0], sent, end=True, patience=8)
    assert heard.closed
    assert [status for status in heard.statuses if not (400 <= status < 500 or status == 501)] == []
    assert len(heard.statuses) <= 1, heard.data[:500]


@pytest.mark.parametrize("sent", LINES.values(), ids=LINES)
def test_what_does_not_begin_as_a_request_is_refused(server, sent):
    heard = say(server[0], sent, end=True, patience=8)
    assert heard.closed
    assert [status for status in heard.statuses if not 400 <= status < 500] == []


def test_a_large_body_is_refused_without_being_read(server):
    began = time.monotonic()
    heard = say(server[0], write_request(b"Content-Length: 1000000000", body=b"x" * 100_000), patience=8)
    assert heard.statuses == [413]
    assert time.monotonic() - began < 5


def test_the_largest_body_that_a_path_may_have_is_waited_for():
    assert max(MAX_HINTS, find_limit(CORRECTION)) < MAX_BODY


def test_requests_in_a_row_are_answered_in_their_order(server):
    unknown = write_request(line=b"GET /v9/nothing HTTP/1.1", close=False)
    heard = say(server[0], (GET + unknown) * 5, end=True, patience=8)
    assert heard.statuses == [200, 404] * 5


def test_a_refused_one_ends_a_row(server):
    """What follows a request that could not be framed is never looked at."""
    bad = write_request(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n", close=False)
    heard = say(server[0], GET + bad + GET * 3, end=True, patience=8)
    assert heard.closed
    assert heard.statuses in ([200], [200, 400], [200, 411])


def test_a_head_has_no_body_and_leaves_no_warning(server):
    port, log = server
    for path in (b"/healthz", b"/v1/direct_charge", b"/v9"):
        head = write_request(line=b"HEAD " + path + b" HTTP/1.1", close=False)
        heard = say(port, head + GET, end=True, patience=8)
        assert heard.statuses[1] == 200
        assert heard.data.count(b'{"status"') == 1
    assert "no-body response" not in log.read_text()


def test_who_waits_to_be_told_to_go_on_is(server):
    asked = write_request(b"Content-Length: 2", b"Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(asked)
        assert read(connection, patience=1).data.startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"{}")
        assert read(connection, patience=8).statuses == [401]


def test_who_does_not_wait_to_be_told_to_go_on_is_told_once(server):
    heard = say(
        server[0], write_request(b"Content-Length: 2", b"Expect: 100-continue", body=b"{}"), patience=8
    )
    assert heard.statuses == [100, 401]


def test_who_sends_and_then_only_listens_is_answered(server):
    assert say(server[0], GET, end=True, patience=8).statuses == [200]


def test_who_goes_away_without_listening_harms_nobody(server):
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", server[0])) as connection:
            connection.sendall(GET * 10)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def test_who_goes_away_before_being_told_to_go_on_harms_nobody(server):
    """The process that has a client's reset for an answer goes on; it ended, with all its connections."""
    with socket.create_connection(("127.0.0.1", server[0])) as other:
        for _ in range(100):
            with socket.create_connection(("127.0.0.1", server[0])) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                connection.sendall(write_request(b"Content-Length: 2", b"Expect: 100-continue"))
        other.sendall(GET)
        assert read(other, patience=0.5).statuses == [200]


def test_who_does_not_close_after_the_last_answer_holds_up_nobody(server):
    with ExitStack() as held:
        for _ in range(20):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", server[0])))
            connection.sendall(write_request(line=b"GET /healthz HTTP/1.1"))
        began = time.monotonic()
        assert ask(server[0], "GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 5


def test_requests_that_are_not_whole_have_a_limit_of_memory_together():
    def hold(*sizes):
        worker = SimpleNamespace(pending_conns=deque(SimpleNamespace(gathered=bytes(n)) for n in sizes))
        return GatheringWorker.holds_too_much(worker, worker.pending_conns[0])

    assert hold(MAX_BODY, MAX_HELD - MAX_BODY + 1)
    assert not hold(MAX_BODY, MAX_HELD - MAX_BODY)
    assert not hold(1000, MAX_HELD)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /healthz HT",
        GET[:-2],
        write_request(b"Content-Length: 50", body=b"{"),
        GET[:-2] + b"".join(b"X-%d: %b\r\n" % (number, b"a" * 4000) for number in range(20)),
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "a head without an end"],
)
def test_slow_clients_hold_up_nobody(server, begun):
    """200 connections stay half-open, which is more than there are threads; others are served meanwhile."""
    with ExitStack() as held:
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", server[0]))) for _ in range(200)]
        for connection in slow:
            connection.sendall(begun)
        began = time.monotonic()
        for _ in range(10):
            assert ask(server[0], "GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 10
        heard = read(slow[0], patience=0.1)
        assert [status for status in heard.statuses if not 400 <= status < 500] == []


def test_a_byte_at_a_time_is_no_way_to_be_answered_later_than_others(server):
    with ExitStack() as held:
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", server[0]))) for _ in range(20)]
        for place in range(20):
            for connection in slow:
                connection.sendall(GET[place : place + 1])
            assert ask(server[0], "GET", "/healthz")[0] == 200


def test_nothing_of_it_is_a_fault_in_the_log(server):
    lines = [json.loads(line) for line in server[1].read_text().splitlines()]
    assert [line for line in lines if line["level"] in ("error", "critical")] == []
    assert [line for line in lines if "exception" in line or "Traceback" in str(line)] == []
