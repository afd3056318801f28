"""Webhooks of the stand-in: signed, late, twice, and tried again, as asked for."""

import json
import time
from threading import Thread

import requests
import stripe

from tests.gateway.stripe_stand_in.failures import Json

TRIES = 3


class Webhooks:
    """Delivers events to a URL in threads of its own; without one nothing is delivered."""

    def __init__(self, url: str = "", secret: str = "") -> None:
        self.url, self.secret = url, secret
        self.late_seconds = 0.0
        self.copies = 1
        self._threads: list[Thread] = []

    def tell(self, event: Json) -> None:
        """Deliver an event without waiting for it."""
        if self.url:
            thread = Thread(
                target=self._deliver, args=(json.dumps(event), self.late_seconds, self.copies), daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def wait(self) -> None:
        """Wait until all is delivered or given up."""
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _deliver(self, body: str, late_seconds: float, copies: int) -> None:
        time.sleep(late_seconds)
        for _ in range(copies):
            for attempt in range(TRIES):
                if self._post(body):
                    break
                time.sleep(0.2 * 2**attempt)

    def _post(self, body: str) -> bool:
        headers = {"Content-Type": "application/json", "Stripe-Signature": sign(body, self.secret)}
        try:
            return requests.post(self.url, data=body.encode(), headers=headers, timeout=10).ok
        except requests.RequestException:
            return False


def sign(body: str, secret: str, at: int | None = None) -> str:
    """Return the signature of a body."""
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, at))
