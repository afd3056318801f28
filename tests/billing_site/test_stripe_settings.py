"""Stripe is there for who has a key, which says itself which money moves."""

import pytest
from django.core.exceptions import ImproperlyConfigured

LIVE, TEST = "sk_live_madeUpForATest", "rk_test_madeUpForATest"


def test_without_a_key_there_is_no_stripe_and_the_key_is_what_is_missing(load):
    assert "stripe" not in load()["GATEWAYS"]
    with pytest.raises(
        ImproperlyConfigured, match=r"^STRIPE_API_KEY must be set where LIVE_GATEWAY is stripe"
    ):
        load(LIVE_GATEWAY="stripe")


@pytest.mark.parametrize(("key", "calls"), [(LIVE, 95), (TEST, 24)])
def test_with_a_key_stripe_can_be_chosen_and_its_mode_sets_the_pace(load, key, calls):
    loaded = load(STRIPE_API_KEY=key, LIVE_GATEWAY="stripe")
    assert (loaded["LIVE_GATEWAY"], loaded["STRIPE_API_BASE"]) == ("stripe", "https://api.stripe.com")
    assert loaded["GATEWAYS"]["stripe"] == "gateway.stripe.gateway.StripeGateway"
    assert (loaded["STRIPE_CALLS_PER_SECOND"], loaded["STRIPE_CALLS_PER_ENDPOINT"]) == (calls, 24)


@pytest.mark.parametrize("base", ["http://127.0.0.1:12111", "http://localhost:1", "https://api.example"])
def test_another_server_may_stand_in(load, base):
    assert load(STRIPE_API_BASE=base)["STRIPE_API_BASE"] == base


def test_the_key_is_not_sent_in_the_clear_to_another_machine(load):
    with pytest.raises(ImproperlyConfigured, match=r"^STRIPE_API_BASE must be https://"):
        load(STRIPE_API_BASE="http://api.example")


@pytest.mark.parametrize(
    "key", ["made-up", "pk_live_madeUpForATest", "sk_live_short", f"{LIVE} x", f"{LIVE}\n{LIVE}"]
)
def test_what_is_no_secret_key_is_refused_and_not_shown(load, key):
    with pytest.raises(ImproperlyConfigured, match=r"^STRIPE_API_KEY must be a secret key") as refusal:
        load(STRIPE_API_KEY=key)
    assert key not in str(refusal.value)
