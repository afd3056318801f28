"""Secrets that the server knows or is told, each by a name, and the marketplace whose callers use them."""

from base64 import b32encode

from django.conf import settings

from access.log_in_links import Purpose, make_token
from access.second_factors.recovery import make_codes
from testmode.buyers import create_test_buyer
from tests.access.oauth import flow
from tests.hostile.marketplace import Marketplace
from webhooks.endpoints import rotate_secret
from webhooks.models import Endpoint

# Cards of the sandbox that approve, decline and stay silent, and some that no sandbox knows.
CARDS = ("4000000000009995", "4000000000000101", "6011111111111117", "4916338506082832", "5425233430109903")
CARDS += ("4539578763621486", "371449635398431", "6304000000000000")
BANK_ACCOUNTS = ("77190551123", "40999999921777", "88213377401")
CODES = ("7913", "8642", "9137")
TRACK = ";6011111111111117=32041010000000000000?"
IBANS = ("DE02120300000000202051", "NL91ABNA0417164300", "FR1420041010050500013M02606")
PROCESSOR_KEYS = tuple(f"sk_made_up_processor_key_{number}" for number in range(5))
PASSWORDS = tuple(f"a-canary-password-{number}" for number in range(6))
OF_SETTINGS = {
    "STRIPE_API_KEY": "sk_test_canary_of_the_settings",
    "STRIPE_WEBHOOK_SECRET": "whsec_canary_of_the_settings",
    "GOCARDLESS_ACCESS_TOKEN": "gc_canary_of_the_settings",
    "GOCARDLESS_WEBHOOK_SECRET": "gc_hook_canary_of_the_settings",
    "METRICS_TOKEN": "metrics-canary-of-the-settings",
    "EMAIL_HOST_PASSWORD": "smtp-canary-of-the-settings",
}


def list_secrets(market: Marketplace) -> dict[str, str]:
    """Return every secret: what callers send, what was shown once, what is typed, what settings hold."""
    typed = {"card": CARDS, "bank account": BANK_ACCOUNTS, "processor key": PROCESSOR_KEYS}
    typed |= {"password": PASSWORDS, "IBAN": IBANS}
    told = {f"{kind} {value[-6:]}": value for kind, values in typed.items() for value in values}
    return (
        told | list_sent(market) | list_shown_once(market) | OF_SETTINGS | {"SECRET_KEY": settings.SECRET_KEY}
    )


def list_sent(market: Marketplace) -> dict[str, str]:
    """Tokens, keys and sessions of the callers."""
    found = {}
    for name, headers in market.callers.items():
        if credentials := headers.get("Authorization"):
            found[f"credentials of {name}"] = credentials.partition(" ")[2]
        if cookie := headers.get("Cookie"):
            found[f"session of {name}"] = cookie.partition(";")[0].partition("=")[2]
    return found


def list_shown_once(market: Marketplace) -> dict[str, str]:
    """What a page or an answer shows once, and what a mail leads to."""
    app = flow.ClientFactory(organization=market.world.seller)
    code = flow.get_code(app, market.buyer)
    tokens = flow.exchange(app, code).json()
    endpoint = Endpoint.objects.get(public_id=market.pools["endpoint_id"][0])
    codes = make_codes(market.root)
    links = {f"link of {purpose}": make_token(purpose, market.buyer.user) for purpose in Purpose}
    return {
        "client secret": flow.SECRET,
        "code of OAuth": code,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "secret of webhooks": rotate_secret(endpoint.pk).secret,
        "seed of TOTP": b32encode(market.secret).decode(),
        "password of a test buyer": create_test_buyer(seller_id=market.world.seller.pk).password,
        **{f"recovery code {number}": value for number, value in enumerate(codes)},
        **links,
    }
