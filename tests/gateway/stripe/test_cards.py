"""Cards at Stripe: entered on Stripe's page, read again, renewed by the bank, removed."""

from datetime import timedelta

import pytest
import requests

from core import clock
from gateway.cards import BankAccount, CardRefused, Secret
from tests.gateway.stripe_stand_in import cards

pytestmark = pytest.mark.django_db
BACK, ELSEWHERE = "https://billing.example/cards/back", "https://billing.example/cards/"


@pytest.fixture
def entry(stripe):
    customer = stripe.create_customer(key="c")
    return stripe.begin_card(customer=customer, currency="USD", return_url=BACK, cancel_url=ELSEWHERE)


def press(entry, card: str) -> str:
    """Choose a test card on Stripe's page, and return where it leads."""
    return requests.post(entry.url, data={"card": card}, allow_redirects=False, timeout=5).headers["Location"]


def test_a_card_is_entered_on_stripes_page_and_kept_as_a_token(stripe, stand_in, entry):
    assert stripe.finish_card(session=entry.session) is None
    assert press(entry, "pm_card_visa") == BACK
    card = stripe.finish_card(session=entry.session)
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == (
        "visa",
        "4242",
        12,
        clock.now().year + 2,
    )
    assert card.token.startswith("cus_")
    assert "|pm_" in card.token
    assert stripe.read_card(token=card.token) == card


def test_the_page_offers_test_cards_and_a_way_back(entry):
    page = requests.get(entry.url, timeout=5).text
    assert page.count('name="card"') > 5
    assert ELSEWHERE in page


def test_an_unknown_page_is_refused_and_so_is_one_that_is_over(stripe, stand_in, entry):
    for session in ("cs_test_unheardOf", entry.session):
        with pytest.raises(CardRefused) as refusal:
            stripe.finish_card(session=session)
        assert refusal.value.field == "session"
        stand_in.books.advance(timedelta(days=2))


def test_an_expiry_that_the_bank_renewed_is_read(stripe, stand_in, entry):
    press(entry, "pm_card_visa")
    card = stripe.finish_card(session=entry.session)
    cards.update_method(stand_in.books, {"card": {"exp_year": "2040"}}, card.token.split("|")[1])
    assert stripe.read_card(token=card.token).exp_year == 2040


def test_a_card_that_was_forgotten_is_there_no_more_and_forgetting_it_again_is_fine(stripe, entry):
    press(entry, "pm_card_visa")
    card = stripe.finish_card(session=entry.session)
    for _ in range(2):
        stripe.forget_card(token=card.token)
        assert stripe.read_card(token=card.token) is None
    for token in ("cus_1|pm_unheardOf", "tok_test_approve"):
        stripe.forget_card(token=token)
        assert stripe.read_card(token=token) is None


def test_a_card_of_another_customer_is_not_read(stripe, entry):
    press(entry, "pm_card_visa")
    _, method = stripe.finish_card(session=entry.session).token.split("|")
    assert stripe.read_card(token=f"cus_another|{method}") is None


def test_account_numbers_are_refused_as_card_numbers_are(stripe):
    with pytest.raises(CardRefused):
        stripe.tokenize_bank_account(BankAccount(Secret("4099999992"), "021000021", "checking"))
