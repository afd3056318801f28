"""The sandbox takes card numbers, but only its test cards."""

import pytest

from core import clock
from gateway.cards import Card, CardRefused, Secret
from gateway.registry import get_gateway
from tests.movements import make_movement

pytestmark = pytest.mark.django_db


def make_card(number="4242424242424242") -> Card:
    return Card(Secret(number), 12, clock.now().year + 2, Secret("123"))


def test_a_token_keeps_brand_last_four_and_expiry_and_no_number():
    token = get_gateway("sandbox").tokenize(make_card())
    assert (token.brand, token.last4, token.exp_month) == ("visa", "4242", 12)
    assert "4242424242424242" not in repr(token)


def test_a_bad_card_is_refused_by_field():
    with pytest.raises(CardRefused) as refusal:
        get_gateway("sandbox").tokenize(make_card("4111111111111112"))
    assert refusal.value.field == "number"


def test_the_same_key_with_another_amount_is_the_first_capture():
    gateway = get_gateway("sandbox")
    first = gateway.charge(make_movement("a", cents=500))
    assert gateway.charge(make_movement("a", cents=900)) == first


def test_a_secret_does_not_show_itself():
    secret = Secret("4242424242424242")
    assert "4242" not in f"{secret!r} {secret}"
    with pytest.raises(TypeError):
        __import__("pickle").dumps(secret)
    with pytest.raises(TypeError):
        __import__("json").dumps(secret)
