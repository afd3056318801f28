"""The message of `manage.py run` leads a newcomer to the first payment, whatever processor moves it."""

import pytest

from runner import startup_message

DEMO = {
    "staff": {"username": "staff", "password": "made-up"},
    "buyer": {"email": "buyer@demo.example", "password": "made-up", "access_token": "made-up-token"},
    "seller": {"email": "seller@demo.example", "password": "made-up"},
}


@pytest.mark.parametrize(
    ("gateway", "words"),
    [
        ("sandbox", "open the confirmation_url of the answer and accept as the buyer"),
        ("stripe", "of the answer and add a card at stripe (test mode) and accept as the buyer"),
    ],
)
def test_it_says_what_the_buyer_does(gateway, words):
    text = startup_message.text("http://127.0.0.1:8000", DEMO, gateway=gateway)
    assert words in text
    assert "http://127.0.0.1:8000/v2/direct_charge/livechat/ID/activate" in text


def test_without_a_demo_it_names_the_pages_alone():
    assert "curl" not in startup_message.text("http://127.0.0.1:8000", None, gateway="stripe")
