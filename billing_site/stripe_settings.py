"""Settings of the processor Stripe; it can be chosen only where its key is set."""

from typing import Any
from urllib.parse import urlsplit

from billing_site.merchant_settings import LOCAL_HOSTS
from billing_site.settings_addresses import read_base_url
from billing_site.settings_readers import Environment, refuse
from gateway.stripe.keys import SECRET_KEY, is_live

GATEWAY = "gateway.stripe.gateway.StripeGateway"
ALLOWED_KEY = (
    "a secret key of Stripe's: sk_test_, sk_live_, rk_test_ or rk_live_ and at least 8 letters and digits"
)
ALLOWED_BASE = "https:// and a host, or http:// on this machine"
BASE = "https://api.stripe.com"
# Stripe allows 25 calls a second of one endpoint, and of all together 100 with a live key, 25 with another.
LIVE_CALLS, TEST_CALLS, ENDPOINT_CALLS, MOST_CALLS = 95, 24, 24, 10_000


def read_stripe(env: Environment) -> dict[str, Any]:
    """Return the settings whose names begin with STRIPE_. Raises ImproperlyConfigured."""
    key = env.read_word("STRIPE_API_KEY")
    if key and not SECRET_KEY.fullmatch(key):
        refuse("STRIPE_API_KEY", ALLOWED_KEY)
    if not key and env.read_word("LIVE_GATEWAY") == "stripe":
        refuse("STRIPE_API_KEY", "set where LIVE_GATEWAY is stripe")
    calls = LIVE_CALLS if is_live(key) else TEST_CALLS
    return {
        "STRIPE_API_KEY": key,
        "STRIPE_WEBHOOK_SECRET": env.read_secret("STRIPE_WEBHOOK_SECRET", least=16),
        "STRIPE_API_BASE": _read_base(env),
        "STRIPE_CALLS_PER_SECOND": env.read_integer(
            "STRIPE_CALLS_PER_SECOND", default=calls, minimum=1, maximum=MOST_CALLS
        ),
        "STRIPE_CALLS_PER_ENDPOINT": env.read_integer(
            "STRIPE_CALLS_PER_ENDPOINT", default=ENDPOINT_CALLS, minimum=1, maximum=MOST_CALLS
        ),
    }


def list_stripe(key: str) -> dict[str, str]:
    """Return the class of its gateway by name, nothing without a key."""
    return {"stripe": GATEWAY} if key else {}


def _read_base(env: Environment) -> str:
    """Return the address of the API; the key goes there, so not in the clear to another machine."""
    base = read_base_url(env, "STRIPE_API_BASE", default=BASE)
    if base.startswith("http://") and urlsplit(base).hostname not in LOCAL_HOSTS:
        refuse("STRIPE_API_BASE", ALLOWED_BASE, base)
    return base
