"""What each trouble on the way to GoCardless proves: only what was never sent may be sent anew."""

import contextlib
import socket
import ssl
import threading
from datetime import timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from charges.collection.sending import CALL_BUDGET
from core import clock
from gateway.base import GatewayError, NotSent
from gateway.gocardless.client import TIMEOUT
from gateway.gocardless.gateway import BEFORE_SENDING, GoCardlessGateway
from gateway.movements import Verdict
from tests.gateway.gocardless_movements import ask_charge, ask_refund

pytestmark = pytest.mark.usefixtures("impatient")
PROVE = ["forbidden", "invalid", "too_many", "unauthorised"]
UNKNOWN_AND_DONE = [
    "failure_after",
    "garbage",
    "list_instead",
    "null",
    "reset_after",
    "something_else",
    "time_out_after",
]
UNKNOWN_AND_NOT_DONE = [
    "bad_gateway",
    "error_without_details",
    "failure_before",
    "in_conflict",
    "odd_error",
    "reset_before",
    "time_out_before",
]


def charge_in_vain(gateway, movement) -> bool:
    """Charge, expect no answer, and say whether it is proven that nothing was sent."""
    with pytest.raises(GatewayError) as error:
        gateway.charge(movement)
    return isinstance(error.value, NotSent)


@pytest.mark.parametrize("fault", PROVE)
def test_what_gocardless_turns_away_was_not_sent(gateway, stand_in, mandate, fault):
    movement = ask_charge(mandate)
    stand_in.fail("POST /payments", fault)
    assert charge_in_vain(gateway, movement)
    assert gateway.lookup(movement).verdict == Verdict.NOT_FOUND


@pytest.mark.parametrize("fault", UNKNOWN_AND_DONE)
def test_without_an_answer_that_can_be_read_the_outcome_is_unknown_and_found(
    gateway, stand_in, mandate, fault
):
    movement = ask_charge(mandate)
    stand_in.fail("POST /payments", fault)
    assert not charge_in_vain(gateway, movement)
    assert gateway.lookup(movement).verdict == Verdict.PENDING
    assert gateway.charge(movement).verdict == Verdict.PENDING
    assert len(stand_in.books.resources["payments"]) == 1


@pytest.mark.parametrize("fault", UNKNOWN_AND_NOT_DONE)
def test_what_may_have_arrived_is_unknown_although_it_did_not(gateway, stand_in, mandate, fault):
    movement = ask_charge(mandate)
    stand_in.fail("POST /payments", fault)
    assert not charge_in_vain(gateway, movement)
    assert gateway.lookup(movement).verdict == Verdict.NOT_FOUND
    assert gateway.charge(movement).verdict == Verdict.PENDING


def test_each_call_is_one_request(gateway, stand_in, mandate):
    for fault in ("time_out_before", "garbage", "reset_before"):
        stand_in.requests.clear()
        stand_in.fail("POST /payments", fault)
        assert not charge_in_vain(gateway, ask_charge(mandate))
        assert stand_in.requests == ["POST /payments"]


def test_a_refused_connection_was_not_sent(gateway, stand_in, mandate):
    stand_in.stop()
    assert charge_in_vain(gateway, ask_charge(mandate))


def test_a_name_that_does_not_resolve_was_not_sent(gateway, settings, mandate):
    settings.GOCARDLESS_API_BASE = "https://gocardless.invalid"
    assert charge_in_vain(GoCardlessGateway(), ask_charge(mandate))


def test_a_connection_that_does_not_come_about_in_time_was_not_sent(gateway, settings, mandate):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        address = deaf.getsockname()
        crowd = [socket.socket() for _ in range(3)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(address)
        settings.GOCARDLESS_API_BASE = f"http://127.0.0.1:{address[1]}"
        assert charge_in_vain(GoCardlessGateway(), ask_charge(mandate))
        for each in crowd:
            each.close()


def test_a_connection_that_is_reset_while_it_is_made_was_not_sent(gateway, monkeypatch, mandate):
    def reset(*_: object, **__: object) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr("urllib3.util.connection.create_connection", reset)
    assert charge_in_vain(gateway, ask_charge(mandate))


def test_what_is_read_after_the_payment_was_made_proves_nothing_when_it_is_not_sent(
    gateway, stand_in, mandate
):
    movement = ask_charge(mandate)
    gateway.charge(movement)
    stand_in.fail("GET /payments/", "too_many")
    assert not charge_in_vain(gateway, movement)
    assert gateway.charge(movement).verdict == Verdict.PENDING


def test_what_no_payer_can_mend_is_told_to_the_operator(gateway, stand_in, mandate, caplog):
    stand_in.fail("POST /payments", "forbidden")
    assert charge_in_vain(gateway, ask_charge(mandate))
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "gocardless refuses a request" in str(record.msg)
    assert "sandbox_" not in str(record.msg)


def test_being_told_to_slow_down_is_no_alarm(gateway, stand_in, mandate, caplog):
    stand_in.fail("POST /payments", "too_many")
    assert charge_in_vain(gateway, ask_charge(mandate))
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_wrong_amount_is_an_alarm_and_no_decline(gateway, mandate, caplog):
    assert charge_in_vain(gateway, ask_charge(mandate, pence=0))
    assert "ERROR" in {record.levelname for record in caplog.records}


@pytest.mark.parametrize("fault", ["bad_gateway", "list_instead", "null", "time_out_before", "too_many"])
def test_a_look_up_without_an_answer_says_so(gateway, stand_in, mandate, fault):
    movement = ask_charge(mandate)
    gateway.charge(movement)
    stand_in.fail("GET /payments", fault)
    with pytest.raises(GatewayError):
        gateway.lookup(movement)


def test_a_refund_is_not_sent_after_questions_that_took_too_long(gateway, stand_in, mandate, monkeypatch):
    capture = gateway.charge(ask_charge(mandate)).reference
    stand_in.books.advance(capture, "confirmed")
    monkeypatch.setattr("gateway.gocardless.gateway.BEFORE_SENDING", -1.0)
    with pytest.raises(NotSent):
        gateway.refund(ask_refund(capture))
    assert stand_in.books.resources["refunds"] == {}


def test_the_time_outs_fit_the_budget_of_a_call():
    assert sum(TIMEOUT) + BEFORE_SENDING <= CALL_BUDGET.total_seconds()
    assert requests.adapters.DEFAULT_RETRIES == 0


def test_a_server_with_a_certificate_of_its_own_making_is_told_nothing(gateway, settings, mandate, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=shake_hands, args=(context, listening))
        thread.start()
        settings.GOCARDLESS_API_BASE = f"https://localhost:{listening.getsockname()[1]}"
        assert charge_in_vain(GoCardlessGateway(), ask_charge(mandate))
        thread.join(5)


def shake_hands(context, listening):
    connection, _ = listening.accept()
    with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as shaken:
        shaken.recv(1)
    connection.close()


def make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1)
    made = made.not_valid_before(clock.now()).not_valid_after(clock.now() + timedelta(days=1))
    path = folder / "certificate.pem"
    parts = (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        made.sign(key, SHA256()).public_bytes(Encoding.PEM),
    )
    path.write_bytes(b"".join(parts))
    return path
