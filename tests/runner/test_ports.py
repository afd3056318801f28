"""What is proposed when a server cannot listen."""

import errno
import os
import socket

import pytest

from runner.ports import PortTaken, advise, require_free


@pytest.mark.parametrize(
    ("number", "port", "proposed"),
    [
        (errno.EADDRINUSE, 8000, "Stop that, or choose another port: PORT=8001"),
        (errno.EADDRINUSE, 80, "Stop that, or choose another port: PORT=8080"),
        (errno.EADDRINUSE, 65_535, "Stop that, or choose another port: PORT=8000"),
        (errno.EACCES, 80, "Ports below 1024 are for root; choose another port: PORT=8080"),
        (errno.EACCES, 443, "Ports below 1024 are for root; choose another port: PORT=8443"),
        (errno.EACCES, 1023, "Ports below 1024 are for root; choose another port: PORT=9023"),
        (errno.EADDRNOTAVAIL, 8000, "Choose an address of this machine: HOST=127.0.0.1"),
        (socket.EAI_NONAME, 8000, "Choose an address of this machine: HOST=127.0.0.1"),
        (None, 8000, "Choose an address of this machine: HOST=127.0.0.1"),
    ],
)
def test_the_advice_fits_the_reason_and_can_be_followed(number, port, proposed):
    assert advise(number, port) == proposed


def test_who_listens_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"process {os.getpid()} \(.+ listens on it\. Stop that"):
            require_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_elsewhere_is_not_mended_by_another_port(host):
    with pytest.raises(PortTaken, match=r"HOST=127\.0\.0\.1") as refusal:
        require_free(host, 8000)
    assert "PORT=" not in str(refusal.value)
