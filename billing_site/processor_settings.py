"""Settings of payment processors: a gateway can be chosen only where its key is set."""

from typing import Any

from billing_site.merchant_settings import LOCAL_HOSTS
from billing_site.settings_addresses import read_origin
from billing_site.settings_readers import Environment, refuse
from gateway.stripe.keys import SECRET_KEY, is_live

STRIPE_BASE = "https://api.stripe.com"
STRIPE_KEY = "a secret key of Stripe's, which begins with sk_test_, sk_live_, rk_test_ or rk_live_"
# Stripe allows 25 calls a second of one endpoint, and in all 100 with a live key and 25 with another.
LIVE_CALLS, TEST_CALLS, ENDPOINT_CALLS = 95, 24, 24


def read_stripe(env: Environment) -> dict[str, Any]:
    """Return the settings whose names begin with STRIPE_."""
    key = env.read_text("STRIPE_API_KEY").strip()
    if key and not SECRET_KEY.fullmatch(key):
        refuse("STRIPE_API_KEY", STRIPE_KEY)
    calls = LIVE_CALLS if is_live(key) else TEST_CALLS
    return {
        "STRIPE_API_KEY": key,
        "STRIPE_WEBHOOK_SECRET": env.read_secret("STRIPE_WEBHOOK_SECRET", least=16),
        "STRIPE_API_BASE": read_origin(env, "STRIPE_API_BASE", default=STRIPE_BASE, local_hosts=LOCAL_HOSTS),
        "STRIPE_CALLS_PER_SECOND": env.read_integer(
            "STRIPE_CALLS_PER_SECOND", default=calls, minimum=1, maximum=10_000
        ),
        "STRIPE_CALLS_PER_ENDPOINT": env.read_integer(
            "STRIPE_CALLS_PER_ENDPOINT", default=ENDPOINT_CALLS, minimum=1, maximum=10_000
        ),
    }


def list_gateways(*, stripe_key: str) -> dict[str, str]:
    """Return the classes of the gateways that can be used, by name."""
    gateways = {"sandbox": "gateway.sandbox.SandboxGateway"}
    return gateways | ({"stripe": "gateway.stripe.gateway.StripeGateway"} if stripe_key else {})


def read_live_gateway(env: Environment, gateways: dict[str, str]) -> str:
    """Return the name of the gateway that moves real money. Raises ImproperlyConfigured."""
    if env.read_word("LIVE_GATEWAY") == "stripe" and "stripe" not in gateways:
        refuse("STRIPE_API_KEY", "set where LIVE_GATEWAY is stripe")
    return env.read_choice("LIVE_GATEWAY", default="sandbox", choices=[*gateways])
