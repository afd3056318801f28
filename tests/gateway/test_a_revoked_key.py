"""Whoever comes to the sandbox with a key that was taken back gets nothing done there, and knows that."""

import pytest

from gateway.base import NotSent
from gateway.cards import BankAccount, Card, Secret
from gateway.movements import Verdict
from gateway.registry import get_gateway
from gateway.sandbox import REVOKED_CREDENTIAL
from tests.movements import make_movement

pytestmark = pytest.mark.django_db
CARD = Card(Secret("4242424242424242"), 12, 2035, Secret("123"))
ACCOUNT = BankAccount(Secret("000123456789"), "021000021", "checking")


@pytest.fixture
def sandbox():
    return get_gateway("sandbox")


@pytest.fixture
def revoked(sandbox):
    return sandbox.acting_for(Secret(REVOKED_CREDENTIAL))


@pytest.mark.parametrize(
    "ask",
    [
        lambda gateway: gateway.tokenize(CARD),
        lambda gateway: gateway.tokenize_bank_account(ACCOUNT),
        lambda gateway: gateway.create_customer(key="buyer-1"),
        lambda gateway: gateway.cancel(make_movement("waiting")),
    ],
    ids=["a card", "a bank account", "a customer", "a cancellation"],
)
def test_what_answers_others_answers_nothing_to_a_revoked_key(sandbox, revoked, ask):
    assert ask(sandbox.acting_for(Secret("made-up-key")))
    with pytest.raises(NotSent):
        ask(revoked)


def test_a_revoked_key_stops_no_payment(sandbox, revoked):
    movement = make_movement("on its way")
    with pytest.raises(NotSent):
        revoked.cancel(movement)
    assert sandbox.charge(movement).verdict == Verdict.APPROVED
