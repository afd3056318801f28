"""The sandbox's page for cards: the test cards as buttons, and only while the sandbox is in use."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from checkout.sandbox_page import EXPIRIES, choose_expiry
from core import clock
from gateway.registry import get_gateway
from gateway.sandbox_behaviours import TEST_CARDS
from gateway.sandbox_cards import WORDS, list_test_cards
from operations.factories import AccountFactory
from tests.card_entry import begin, press_test_card
from tests.desk import text_of
from tests.subscriptions.stories import day

pytestmark = pytest.mark.django_db
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def page():
    """The path of an open page."""
    return urlsplit(begin(AccountFactory()).url).path


def test_every_test_card_is_a_button_with_words(page):
    shown = Client().get(page).content.decode()
    assert shown.count('<button class="choice"') == len(TEST_CARDS)
    for card in list_test_cards():
        assert f'value="{card.last4}"' in shown
        assert card.words in shown


def test_digits_and_words_tell_the_test_cards_apart():
    assert len({card.last4 for card in list_test_cards()}) == len(TEST_CARDS)
    assert set(WORDS) == set(TEST_CARDS.values())


def test_it_needs_no_log_in_and_asks_for_no_number(page):
    answer = Client().get(page)
    assert answer.status_code == 200
    assert 'type="text"' not in answer.content.decode()
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("said", [{}, {"card": "4242"}, {"card": "0000", "expires": "later"}])
def test_what_is_no_choice_is_refused(page, said):
    answer = Client().post(page, said)
    assert answer.status_code == 400
    assert "Choose one of the cards" in text_of(answer)


def test_a_form_of_another_site_enters_no_card(page):
    answer = Client().post(page, {"card": "4242", "expires": "later"}, headers=FOREIGN)
    assert answer.status_code == 403
    assert "A card was entered" not in text_of(Client().get(page))


def test_a_done_page_leads_on(page):
    press_test_card(Client(), page)
    assert "A card was entered" in text_of(Client().get(page))


def test_it_is_not_there_while_another_gateway_is_used(page, settings):
    settings.GATEWAYS = settings.GATEWAYS | {"live": "tests.operations.live_gateway.LiveGateway"}
    settings.LIVE_GATEWAY = "live"
    assert Client().get(page).status_code == 404
    assert Client().post(page, {"card": "4242", "expires": "later"}).status_code == 404


@pytest.mark.parametrize("session", ["x", "a" * 500, "..", "%00", "%FF"])
def test_an_unknown_page_is_unknown(session):
    assert Client().get(f"/sandbox/cards/{session}/").status_code in (400, 404)


@pytest.mark.parametrize("today", ["2027-01-31", "2028-02-29", "2027-03-31", "2027-12-01"])
def test_a_card_can_be_valid_for_years_to_the_end_of_the_month_or_no_more(today):
    with clock.travel_to(day(today)):
        now = clock.now()
        months = [(choice.year, choice.month) for choice in map(choose_expiry, dict(EXPIRIES))]
    assert months[0] > months[1] == (now.year, now.month) > months[2]


def test_an_expired_card_can_be_entered():
    entry = begin(AccountFactory())
    press_test_card(Client(), entry.url, expires="passed")
    session = urlsplit(entry.url).path.split("/")[3]
    card = get_gateway("sandbox").finish_card(session=session)
    assert (card.exp_year, card.exp_month) < (clock.now().year, clock.now().month)
