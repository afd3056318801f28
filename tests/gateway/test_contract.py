"""What every gateway must do; each configured one runs through all of it."""

import pytest
from django.conf import settings

from core import clock
from core.money import Money
from gateway.base import GatewayError
from gateway.cards import Card, CardRefused, Secret
from gateway.movements import Verdict
from gateway.registry import get_gateway
from tests.movements import make_movement, make_refund

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(settings.GATEWAYS))
def gateway(request):
    return get_gateway(request.param)


def make_card(number="4242424242424242", exp_year=None) -> Card:
    return Card(Secret(number), 12, exp_year or clock.now().year + 2, Secret("123"))


def charge(gateway, key, number="4242424242424242", cents=500):
    token = gateway.tokenize(make_card(number)).token
    return gateway.charge(make_movement(key, token=token, cents=cents))


def test_an_approval_echoes_key_and_amount_and_has_a_reference(gateway):
    answer = charge(gateway, "a")
    assert (answer.verdict, answer.key, answer.money) == (Verdict.APPROVED, "a", Money(500, "USD"))
    assert answer.reference


def test_the_same_key_again_is_the_same_capture(gateway):
    first, again = charge(gateway, "a"), charge(gateway, "a", cents=900)
    assert again == first


def test_two_keys_are_two_captures(gateway):
    assert charge(gateway, "a").reference != charge(gateway, "b").reference


@pytest.mark.parametrize(("number", "hard"), [("4000000000009995", False), ("4000000000000002", True)])
def test_a_decline_says_why_and_whether_trying_again_helps(gateway, number, hard):
    answer = charge(gateway, "a", number)
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, hard)
    assert answer.code
    assert answer.message


def test_a_lookup_tells_what_became_of_a_key(gateway):
    answer = charge(gateway, "a")
    assert gateway.lookup(make_movement("a")) == answer
    assert gateway.lookup(make_movement("unheard of")).verdict == Verdict.NOT_FOUND


def test_a_time_out_after_processing_is_found_by_key(gateway):
    with pytest.raises(GatewayError):
        charge(gateway, "a", "4000000000000119")
    assert gateway.lookup(make_movement("a")).verdict == Verdict.APPROVED


def test_refunds_are_idempotent_and_never_exceed_the_capture(gateway):
    capture = charge(gateway, "a")
    first = gateway.refund(make_refund("r1", capture=capture.reference, cents=300))
    again = gateway.refund(make_refund("r1", capture=capture.reference, cents=300))
    assert (first.verdict, again) == (Verdict.APPROVED, first)
    too_much = gateway.refund(make_refund("r2", capture=capture.reference, cents=201))
    assert too_much.verdict == Verdict.DECLINED
    rest = gateway.refund(make_refund("r3", capture=capture.reference, cents=200))
    assert rest.verdict == Verdict.APPROVED
    assert gateway.lookup(make_refund("r3", capture=capture.reference, cents=200)) == rest


def test_what_was_never_captured_cannot_be_refunded(gateway):
    answer = gateway.refund(make_refund("r", capture="nothing", cents=1))
    assert answer.verdict == Verdict.DECLINED


def test_a_token_keeps_brand_last_four_and_expiry_and_no_number(gateway):
    token = gateway.tokenize(make_card())
    assert (token.brand, token.last4, token.exp_month) == ("visa", "4242", 12)
    assert "4242424242424242" not in repr(token)


def test_a_bad_card_is_refused_by_field(gateway):
    with pytest.raises(CardRefused) as refusal:
        gateway.tokenize(make_card("4111111111111112"))
    assert refusal.value.field == "number"


def test_an_expired_card_is_taken_and_declined(gateway):
    token = gateway.tokenize(make_card(exp_year=2020)).token
    answer = gateway.charge(make_movement("a", token=token))
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "expired_card", False)


def test_a_secret_does_not_show_itself():
    secret = Secret("4242424242424242")
    assert "4242" not in f"{secret!r} {secret}"
    with pytest.raises(TypeError):
        __import__("pickle").dumps(secret)
    with pytest.raises(TypeError):
        __import__("json").dumps(secret)
