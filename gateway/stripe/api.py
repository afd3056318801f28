"""Calls to one account at Stripe, at Stripe's pace and with errors of ours."""

import hashlib
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from operator import attrgetter
from typing import Any

import requests
import stripe
from django.conf import settings
from requests.adapters import HTTPAdapter

from gateway.stripe.errors import translate
from gateway.stripe.keys import is_live
from gateway.stripe.pace import wait_for_turn

CONNECT_SECONDS, READ_SECONDS = 3, 15
PAGE = 100

Json = dict[str, Any]

# It would write a file into the home folder and tell the machine's name.
stripe.enable_telemetry = False


class Api:
    """Stripe's API with one secret key. Answers are plain dictionaries."""

    def __init__(self, key: str, http: stripe.RequestsClient | None = None) -> None:
        self.livemode = is_live(key)
        self.http = http or _make_http_client()
        self._account = hashlib.sha256(key.encode()).hexdigest()[:16]
        self._v1 = stripe.StripeClient(
            key,
            base_addresses={"api": settings.STRIPE_API_BASE},
            max_network_retries=0,
            http_client=self.http,
        ).v1

    def call(self, endpoint: str, *ids: str, params: Json | None = None, key: str = "") -> Json:
        """Make one call, such as "refunds.create", and return the object that Stripe answers with.

        `key` is the idempotency key. Raises NotSent, Refused, FailureReplayed or another GatewayError.
        """
        wait_for_turn(self._account, endpoint)
        method = attrgetter(endpoint)(self._v1)
        try:
            answer: Json = method(*ids, params or {}, {"idempotency_key": key} if key else {}).to_dict()
        except stripe.StripeError as error:
            raise translate(error) from error
        return answer

    def list_all(self, endpoint: str, *ids: str, params: Json) -> Iterator[Json]:
        """Return all objects of a list, which Stripe keeps consistent, newest first. Raises as `call`."""
        last: Json = {}
        while True:
            page = self.call(endpoint, *ids, params={"limit": PAGE} | params | last)
            yield from page["data"]
            if not page["has_more"]:
                return
            last = {"starting_after": page["data"][-1]["id"]}


def _make_http_client() -> stripe.RequestsClient:
    """Return a client that goes straight to Stripe: no proxy or .netrc of the environment, no redirect."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # It is shared by accounts.
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=settings.GATEWAY_CALLS_AT_ONCE))
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS), session=session)
