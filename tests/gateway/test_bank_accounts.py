"""The sandbox takes numbers of bank accounts; some behave as documented."""

import pytest

from core.money import Money
from gateway.base import GatewayError, NotSent
from gateway.cards import BankAccount, Card, CardRefused, Secret
from gateway.movements import Verdict
from gateway.registry import get_gateway
from tests.movements import make_movement

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway():
    return get_gateway("sandbox")


def make_account(number="4099999992", routing_number="021000021") -> BankAccount:
    return BankAccount(Secret(number), routing_number, "checking")


def charge(gateway, number):
    token = gateway.tokenize_bank_account(make_account(number)).token
    return gateway.charge(make_movement(number, token=token))


def test_a_bank_account_is_charged_through_its_token(gateway):
    answer = charge(gateway, "4099999992")
    assert (answer.verdict, answer.money) == (Verdict.APPROVED, Money(500, "USD"))


def test_a_token_keeps_the_last_four_digits_and_no_number(gateway):
    token = gateway.tokenize_bank_account(make_account())
    assert token.last4 == "9992"
    assert "4099999992" not in repr(token)
    assert gateway.tokenize_bank_account(make_account()).token != token.token


@pytest.mark.parametrize("routing_number", ["021000022", "", "000000000", "x"])
def test_a_bank_that_cannot_exist_is_refused_by_field(gateway, routing_number):
    with pytest.raises(CardRefused) as refusal:
        gateway.tokenize_bank_account(make_account(routing_number=routing_number))
    assert refusal.value.field == "routing_number"


@pytest.mark.parametrize(
    ("number", "code", "hard"),
    [("4000009995", "insufficient_funds", False), ("4000000002", "account_closed", True)],
)
def test_test_accounts_decline(number, code, hard):
    answer = charge(get_gateway("sandbox"), number)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, code, hard)
    assert "account" in answer.message


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("4000000101", GatewayError),
        ("4000000119", GatewayError),
        ("4000000135", GatewayError),
        ("4000000143", GatewayError),
        ("4000000150", NotSent),
    ],
)
def test_test_accounts_get_lost(number, error):
    with pytest.raises(error):
        charge(get_gateway("sandbox"), number)


def test_a_test_account_captures_a_wrong_amount():
    assert charge(get_gateway("sandbox"), "4000000168").money == Money(501, "USD")


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4111111111111111", "visa"),
        ("5555555555554444", "mastercard"),
        ("378282246310005", "amex"),
        ("6011111111111117", "discover"),
    ],
)
def test_the_sandbox_knows_four_brands(number, brand):
    token = get_gateway("sandbox").tokenize(Card(Secret(number), 12, 2099))
    assert (token.brand, token.last4) == (brand, number[-4:])
