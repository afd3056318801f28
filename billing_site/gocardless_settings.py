"""Settings of the processor GoCardless; it can be chosen only where its access token is set."""

import re
from typing import Any
from urllib.parse import urlsplit

from billing_site.merchant_settings import LOCAL_HOSTS
from billing_site.settings_addresses import read_base_url
from billing_site.settings_readers import Environment, refuse

GATEWAY = "gateway.gocardless.gateway.GoCardlessGateway"
TOKEN = re.compile("(live|sandbox)_[A-Za-z0-9._-]{8,250}")
ALLOWED_TOKEN = "an access token of GoCardless', which begins with live_ or sandbox_"
ALLOWED_BASE = "https:// and a host, or http:// on this machine"
BASES = {"live": "https://api.gocardless.com", "sandbox": "https://api-sandbox.gocardless.com"}


def read_gocardless(env: Environment) -> dict[str, Any]:
    """Return the settings whose names begin with GOCARDLESS_. Raises ImproperlyConfigured."""
    token = env.read_word("GOCARDLESS_ACCESS_TOKEN")
    match = TOKEN.fullmatch(token)
    if token and match is None:
        refuse("GOCARDLESS_ACCESS_TOKEN", ALLOWED_TOKEN)
    mode = match[1] if match else "sandbox"
    return {
        "GOCARDLESS_ACCESS_TOKEN": token,
        "GOCARDLESS_WEBHOOK_SECRET": env.read_secret("GOCARDLESS_WEBHOOK_SECRET", least=16),
        "GOCARDLESS_API_BASE": _read_base(env, default=BASES[mode]),
    }


def list_gocardless(access_token: str) -> dict[str, str]:
    """Return the class of its gateway by name, nothing without an access token."""
    return {"gocardless": GATEWAY} if access_token else {}


def _read_base(env: Environment, *, default: str) -> str:
    """Return the address of the API; the access token goes there, so not in the clear to another machine."""
    base = read_base_url(env, "GOCARDLESS_API_BASE", default=default)
    if base.startswith("http://") and urlsplit(base).hostname not in LOCAL_HOSTS:
        refuse("GOCARDLESS_API_BASE", ALLOWED_BASE, base)
    return base
