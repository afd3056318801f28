"""What went wrong at Stripe, and what that proves: not sent, no, or unknown."""

import socket

import pytest

from gateway.base import GatewayError, NotSent
from gateway.movements import Verdict
from gateway.stripe import api
from gateway.stripe.gateway import StripeGateway
from tests.gateway.processors import StandInProcessor, charge, prepare

pytestmark = pytest.mark.django_db
NOTHING_SAID = ["drop_before", "drop_after", "garbage_200", "garbage_502", "500_before", "500_after"]
LOCKED = ["lock_timeout", "in_use"]


@pytest.fixture
def processor(stand_in) -> StandInProcessor:
    return StandInProcessor(stand_in)


def is_proof(raised: pytest.ExceptionInfo) -> bool:
    """Whether it proves that nothing happened."""
    return isinstance(raised.value, NotSent)


@pytest.mark.parametrize("kind", NOTHING_SAID + LOCKED)
def test_no_answer_proves_nothing(processor, stand_in, kind):
    movement = prepare(processor, "k")
    stand_in.faults.add(kind, "/confirm")
    with pytest.raises(GatewayError) as raised:
        processor.gateway.charge(movement)
    assert not is_proof(raised)


@pytest.mark.parametrize("kind", NOTHING_SAID + LOCKED)
def test_and_the_intent_tells_what_became_of_it(processor, stand_in, kind):
    movement = prepare(processor, "k")
    stand_in.faults.add(kind, "/confirm")
    with pytest.raises(GatewayError):
        processor.gateway.charge(movement)
    is_done = kind in ("drop_after", "garbage_200", "500_after")
    found = processor.gateway.lookup(movement).verdict
    assert found == (Verdict.APPROVED if is_done else Verdict.NOT_FOUND)
    assert processor.gateway.charge(movement).verdict == Verdict.APPROVED
    assert len([*stand_in.books.every("balance_transaction")]) == 1


def test_a_slow_answer_is_waited_for_only_as_long_as_a_call_may_take(processor, stand_in, monkeypatch):
    movement = prepare(processor, "k")
    monkeypatch.setattr(api, "READ_SECONDS", 0.1)
    stand_in.faults.add("hang_after", "/confirm", seconds=0.5)
    with pytest.raises(GatewayError) as raised:
        StripeGateway().charge(movement)
    assert not is_proof(raised)
    assert processor.gateway.lookup(movement).verdict == Verdict.APPROVED


def test_too_many_requests_are_proof(processor, stand_in):
    movement = prepare(processor, "k")
    stand_in.faults.add("rate_limit", "/confirm")
    with pytest.raises(NotSent):
        processor.gateway.charge(movement)


@pytest.mark.parametrize("base", ["http://127.0.0.1:{closed}", "http://nowhere.invalid"])
def test_a_connection_that_was_never_made_is_proof(processor, settings, base):
    movement = prepare(processor, "k")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.STRIPE_API_BASE = base.format(closed=closed.getsockname()[1])
        with pytest.raises(NotSent):
            StripeGateway().charge(movement)


def test_the_environment_names_no_proxy_and_no_password(processor, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login of password anotherprogram\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    _, answer = charge(processor, "k")
    assert answer.verdict == Verdict.APPROVED


def test_a_key_that_stripe_does_not_take_is_told_to_the_operator_and_never_shown(settings, stand_in, caplog):
    processor = StandInProcessor(stand_in)
    settings.STRIPE_API_KEY = "sk_test_madeUpAnd1234revoked"
    movement = prepare(processor, "k")
    with pytest.raises(NotSent) as raised:
        StripeGateway().charge(movement)
    assert "Stripe does not take the API key." in str(raised.value)
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "refused a request" in record.getMessage()
    assert "revoked" not in caplog.text + str(raised.value)
