"""The proxy cuts connections around COMMIT, before its answer and after, and leads elsewhere when told."""

import socket
import socketserver
import threading

import pytest

from realfaults.ports import HOST
from realfaults.proxy import COMMIT, Proxy

QUERY = b"Q\x00\x00\x00\x0cSELECT\x00"


class Database(socketserver.BaseRequestHandler):
    """Answers whatever comes with its name, and remembers it."""

    def handle(self):
        while data := self.request.recv(1000):
            self.server.heard.append(data)
            self.request.sendall(self.server.name)
        self.server.left.release()


def serve(name):
    server = socketserver.ThreadingTCPServer((HOST, 0), Database)
    server.daemon_threads, server.name, server.heard = True, name, []
    server.left = threading.Semaphore(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def database():
    with serve(b"primary") as server:
        yield server
        server.shutdown()


@pytest.fixture
def proxy(database):
    with Proxy(database.server_address[1]).running() as running:
        yield running


def ask(proxy, *messages):
    """Send each and return the answers; the last one is empty where the connection was cut."""
    with socket.create_connection((HOST, proxy.port), timeout=5) as client:
        answers = []
        for message in messages:
            client.sendall(message)
            answers.append(client.recv(100))
        return answers


def test_it_passes_everything_on_while_nothing_is_to_be_cut(proxy, database):
    assert ask(proxy, QUERY, COMMIT) == [b"primary", b"primary"]
    assert database.heard == [QUERY, COMMIT]


def test_the_server_hears_that_a_client_has_gone_and_keeps_no_lock_for_it(proxy, database):
    assert ask(proxy, QUERY) == [b"primary"]
    assert database.left.acquire(timeout=5)


def test_what_was_committed_is_not_heard_of(proxy, database):
    proxy.cut_every = 1
    assert ask(proxy, QUERY, COMMIT) == [b"primary", b""]
    assert ask(proxy, QUERY, COMMIT) == [b"primary", b""]
    assert proxy.cuts == {"answered and lost": 1, "unanswered": 1}
    assert database.heard.count(COMMIT) >= 1


def test_it_leads_to_another_server_from_then_on(proxy, database):
    with serve(b"standby") as standby:
        assert ask(proxy, QUERY) == [b"primary"]
        proxy.upstream = standby.server_address[1]
        assert ask(proxy, QUERY) == [b"standby"]
        standby.shutdown()
