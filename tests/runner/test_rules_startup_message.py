"""The message of `manage.py run` leads a newcomer to the first payment, whatever processor moves it."""

import pytest

from runner import startup_message

DEMO = {
    "staff": {"username": "staff", "password": "made-up"},
    "buyer": {"email": "buyer@demo.example", "password": "made-up", "access_token": "made-up-token"},
    "seller": {"email": "seller@demo.example", "password": "made-up"},
    "first_charge": {"id": "made-up-id", "page": "http://127.0.0.1:8000/?id=made-up-id"},
}


BASE_URL, LOG = "http://127.0.0.1:8000", "/srv/billing/.data/logs/web.log"


@pytest.mark.parametrize(
    ("gateway", "words"),
    [
        ("sandbox", "log in as the buyer and accept:"),
        ("stripe", "log in as the buyer and add a card at stripe (test mode) and accept:"),
    ],
)
def test_it_says_what_the_buyer_does_and_where(gateway, words):
    text = startup_message.text(BASE_URL, DEMO, gateway=gateway, log=LOG)
    assert words in text
    assert f"\n  {BASE_URL}/?id=made-up-id\n" in text
    assert f"{BASE_URL}/v2/direct_charge/livechat/made-up-id/activate" in text


def test_without_a_demo_it_names_the_pages_and_the_log_alone():
    text = startup_message.text(BASE_URL, None, gateway="stripe", log=LOG)
    assert LOG in text
    assert "curl" not in text
