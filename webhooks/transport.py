"""One request to an endpoint: to a checked address, within 15 seconds, without following redirects.

The name is looked up once and the connection goes to the address that was checked (requests-hardened). What
that package does not refuse, such as [::127.0.0.1], is refused here.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Self

import requests
from requests.adapters import PoolManager
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from core.errors import InvalidField
from webhooks.addresses import check_url, is_own_machine, is_public

DEADLINE = 15.0
MAX_ANSWER = 65_536
CHUNK = 8_192
NO_ANSWER = (requests.RequestException, HTTPError, OSError, ValueError, InvalidField)


class Answer(NamedTuple):
    """What came of a request; no status code means that no answer came, and `trouble` says why."""

    status_code: int | None = None
    body: bytes = b""
    retry_after: str | None = None
    trouble: str = ""
    latency_ms: int = 0


class Deadline:
    """Ends the connections of a request when its time is over, however slowly it goes on."""

    def __init__(self, seconds: float) -> None:
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        for connection in self._sockets:
            connection.close()

    def watch(self, connection: socket.socket) -> None:
        """End this connection, too; it is kept in a copy, as TLS takes over the original."""
        self._sockets.append(connection.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class CheckedAdapter(IPFilterAdapter):
    """Connects to the address that was checked, and has its connections watched."""

    def __init__(self, *, is_https_proto: bool, allow_loopback: bool, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(is_https_proto=is_https_proto, allow_loopback=allow_loopback)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools whose connections tell the deadline of their sockets."""
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _make_pools(self._deadline)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Return where to connect to. Raises InvalidIPAddress for what is not on the public internet."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        address = host["host"].strip("[]")
        if not self._allow_loopback and not is_public(address):
            raise InvalidIPAddress(address)
        return host, pool


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body and return the answer. Call it outside transactions. Whatever goes wrong is an answer."""
    started = time.monotonic()
    with Deadline(DEADLINE) as deadline:
        try:
            answer = _exchange(url, body, headers, deadline)
        except NO_ANSWER as error:
            answer = Answer(trouble=_describe(error, deadline))
    return answer._replace(latency_ms=round((time.monotonic() - started) * 1000))


def _exchange(url: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> Answer:
    with _open_session(check_url(url), deadline) as session:
        response = session.post(
            url, data=body, headers=headers, timeout=DEADLINE, allow_redirects=False, stream=True
        )
        with response:
            return Answer(
                status_code=response.status_code,
                body=_read_beginning(response),
                retry_after=response.headers.get("Retry-After"),
            )


def _open_session(url: str, deadline: Deadline) -> requests.Session:
    session, is_own = requests.Session(), is_own_machine(url)
    session.trust_env = False  # No proxy, no password and no other certificates from the environment.
    for prefix in ("http://", "https://"):
        is_tls = prefix == "https://"
        adapter = CheckedAdapter(is_https_proto=is_tls, allow_loopback=is_own, deadline=deadline)
        session.mount(prefix, adapter)
    return session


def _read_beginning(response: requests.Response) -> bytes:
    """Read an answer as far as it is wanted; an answer that breaks off is one all the same."""
    content = b""
    with suppress(*NO_ANSWER):
        while len(content) < MAX_ANSWER and (chunk := response.raw.read1(CHUNK)):
            content += chunk
    return content


def _make_pools(deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    class WatchedConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    class WatchedTlsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    class Pool(HTTPConnectionPool):
        ConnectionCls = WatchedConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = WatchedTlsConnection

    return {"http": Pool, "https": TlsPool}


def _describe(error: Exception, deadline: Deadline) -> str:
    """Return in a few words why there is no answer; an address inside our network is not told."""
    if deadline.is_over or isinstance(error, requests.Timeout):
        return f"no answer within {DEADLINE:g} seconds"
    if isinstance(error, InvalidIPAddress):
        return "the address is not on the public internet"
    if isinstance(error, InvalidField):
        return f"the URL {error}"[:100]
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate is not valid"
    return "the connection failed"
