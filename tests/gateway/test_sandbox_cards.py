"""The sandbox keeps the cards that are entered, knows of renewals, and never charges what it forgot."""

from datetime import UTC, datetime

import pytest

from core import clock
from gateway.cards import Card, CardRefused, Secret
from gateway.registry import get_gateway
from gateway.sandbox_cards import enter_test_card
from tests.card_entry import find_session
from tests.movements import make_movement

pytestmark = pytest.mark.django_db
NOW, LATER = datetime(2027, 2, 15, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC)


@pytest.fixture
def gateway():
    return get_gateway("sandbox")


def begin(gateway):
    return gateway.begin_card(
        customer="CU1", currency="USD", return_url="https://a.example", cancel_url="https://b.example"
    )


def enter(gateway, last4):
    entry = begin(gateway)
    with clock.travel_to(NOW):
        enter_test_card(find_session(entry.url), last4=last4, expires=NOW)
    return gateway.finish_card(session=entry.session)


def charge(gateway, token):
    return gateway.charge(make_movement("key", token=token))


def test_nothing_comes_of_a_page_until_a_card_is_entered(gateway):
    entry = begin(gateway)
    assert gateway.finish_card(session=entry.session) is None
    with pytest.raises(CardRefused):
        gateway.finish_card(session="unheard of")


def test_what_was_entered_is_told_each_time_it_is_asked(gateway):
    card = enter(gateway, "4444")
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("mastercard", "4444", 2, 2027)
    assert gateway.read_card(token=card.token) == card


def test_a_card_that_its_bank_renews_is_valid_for_four_more_years(gateway):
    card = enter(gateway, "0184")
    with clock.travel_to(LATER):
        renewed = gateway.read_card(token=card.token)
        assert (renewed.token, renewed.exp_month, renewed.exp_year) == (card.token, 2, 2031)
        assert charge(gateway, card.token).verdict == "approved"


def test_any_other_card_expires(gateway):
    card = enter(gateway, "4242")
    with clock.travel_to(LATER):
        assert gateway.read_card(token=card.token) == card
        assert charge(gateway, card.token).code == "expired_card"


def test_what_is_forgotten_is_never_charged_again(gateway):
    card = gateway.tokenize(Card(Secret("4242424242424242"), 12, 2035))
    for token in (card.token, "tok_test_approve_of_nobody"):
        gateway.forget_card(token=token)
        gateway.forget_card(token=token)
        assert gateway.read_card(token=token) is None
    answer = charge(gateway, card.token)
    assert (answer.verdict, answer.code, answer.hard) == ("declined", "card_removed", True)


def test_digits_of_no_test_card_are_refused(gateway):
    with pytest.raises(CardRefused):
        enter_test_card(find_session(begin(gateway).url), last4="0000", expires=NOW)
