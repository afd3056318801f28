"""GoCardless is there for who has an access token, whose beginning says which money moves."""

import pytest
from django.core.exceptions import ImproperlyConfigured

LIVE, SANDBOX = "live_made-up-for-a-test", "sandbox_made-up-for-a-test"


def test_without_a_token_there_is_no_gocardless(load):
    assert "gocardless" not in load()["GATEWAYS"]
    with pytest.raises(ImproperlyConfigured, match=r"^LIVE_GATEWAY must be one of sandbox"):
        load(LIVE_GATEWAY="gocardless")


@pytest.mark.parametrize(
    ("token", "base"),
    [(LIVE, "https://api.gocardless.com"), (SANDBOX, "https://api-sandbox.gocardless.com")],
)
def test_the_token_says_where_it_is_sent(load, token, base):
    loaded = load(GOCARDLESS_ACCESS_TOKEN=token, LIVE_GATEWAY="gocardless")
    assert (loaded["GOCARDLESS_API_BASE"], loaded["LIVE_GATEWAY"]) == (base, "gocardless")
    assert loaded["GATEWAYS"]["gocardless"] == "gateway.gocardless.gateway.GoCardlessGateway"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "http://localhost:1", "https://api.example"])
def test_another_server_may_stand_in(load, base):
    assert load(GOCARDLESS_API_BASE=base)["GOCARDLESS_API_BASE"] == base


def test_the_token_is_not_sent_in_the_clear_to_another_machine(load):
    with pytest.raises(ImproperlyConfigured, match=r"^GOCARDLESS_API_BASE must be https://"):
        load(GOCARDLESS_API_BASE="http://api.example")


@pytest.mark.parametrize(
    "token", ["made-up", "sk_live_made-up", "live_short", f"{LIVE} x", f"{LIVE}\n{LIVE}"]
)
def test_what_is_no_token_is_refused_and_not_shown(load, token):
    with pytest.raises(ImproperlyConfigured, match=r"^GOCARDLESS_ACCESS_TOKEN must be") as refusal:
        load(GOCARDLESS_ACCESS_TOKEN=token)
    assert token not in str(refusal.value)
