"""The stand-in as a program of its own, as browser tests and tests of killed processes use it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests

from gateway.stripe.hints import read_hints

SECRET = "whsec_made_up_for_a_program"
KEY = {"Authorization": "Bearer sk_test_madeUpForAProgram"}


@pytest.fixture
def hook() -> Iterator[HTTPServer]:
    """A server that keeps the events that it gets, and refuses the first."""

    class Hook(BaseHTTPRequestHandler):
        got: list[tuple[bytes, str]] = []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.got.append((body, self.headers["Stripe-Signature"]))
            self.send_response(500 if len(self.got) == 1 else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(hook) -> Iterator[str]:
    """Where the program listens."""
    url = f"http://127.0.0.1:{hook.server_port}/hooks/stripe/"
    module = [sys.executable, "-m", "tests.gateway.stripe_stand_in"]
    options = ["--port", "0", "--webhook-url", url, "--webhook-secret", SECRET]
    with subprocess.Popen([*module, *options], stdout=subprocess.PIPE, text=True) as program:
        yield program.stdout.readline().strip().removeprefix("STRIPE_API_BASE=")
        program.terminate()


def wait_for(hook, count: int) -> list[tuple[bytes, str]]:
    """Return the events when there are so many."""
    got = hook.RequestHandlerClass.got
    for _ in range(100):
        if len(got) >= count:
            break
        time.sleep(0.05)
    return got


def test_it_is_told_from_outside_what_goes_wrong(address):
    requests.post(f"{address}/stand-in/faults", data={"kind": "rate_limit", "where": "customers"}, timeout=5)
    codes = [requests.post(f"{address}/v1/customers", headers=KEY, timeout=5).status_code for _ in range(2)]
    assert codes == [429, 200]
    [customer] = requests.get(f"{address}/stand-in/books", timeout=5).json()
    assert customer["object"] == "customer"


def test_it_sends_signed_events_again_until_they_are_taken_and_twice_if_asked(address, hook):
    requests.post(f"{address}/stand-in/webhooks", data={"copies": 2}, timeout=5)
    customer = requests.post(f"{address}/v1/customers", headers=KEY, timeout=5).json()["id"]
    form = {"amount": 500, "currency": "usd", "customer": customer, "payment_method": "pm_card_visa"}
    intent = requests.post(f"{address}/v1/payment_intents", data=form, headers=KEY, timeout=5).json()["id"]
    bodies = [body for body, _ in wait_for(hook, 3)]
    assert len(bodies) == 3
    assert len({*bodies}) == 1
    [hint] = read_hints(bodies[0], hook.RequestHandlerClass.got[0][1], secret=SECRET, livemode=False)
    assert (hint.reference, json.loads(bodies[0])["type"]) == (intent, "payment_intent.created")
