"""TLS is checked against the name in the URL, though the connection goes to an address."""

import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import clock
from tests.webhooks.receiver import Receiver
from webhooks.transport import CheckedAdapter, Deadline

pytestmark = pytest.mark.rules


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for localhost that signs itself, with its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_receiver(certificate):
    server = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def send(server: Receiver, host: str, *, trusted: Path | None) -> int:
    with Deadline(5) as deadline, requests.Session() as session:
        session.mount("https://", CheckedAdapter(is_https_proto=True, allow_loopback=True, deadline=deadline))
        url = f"https://{host}:{server.server_port}/hooks"
        return session.post(url, data=b"{}", verify=str(trusted) if trusted else True, timeout=5).status_code


def test_the_name_of_the_url_is_asked_for_and_checked(secure_receiver, certificate):
    assert send(secure_receiver, "localhost", trusted=certificate) == 204
    [got] = secure_receiver.received
    assert got.headers["host"] == f"localhost:{secure_receiver.server_port}"


def test_a_certificate_of_another_name_is_refused(secure_receiver, certificate):
    with pytest.raises(requests.exceptions.SSLError):
        send(secure_receiver, "127.0.0.1", trusted=certificate)
    assert secure_receiver.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_receiver):
    with pytest.raises(requests.exceptions.SSLError):
        send(secure_receiver, "localhost", trusted=None)
    assert secure_receiver.received == []
