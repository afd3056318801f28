"""One Chromium for all tests of this folder, the server it visits and a seller's site to return to."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
)
from tests.desk import log_in

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one the tests are skipped, but in CI they fail."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        message = (
            "No Chromium found; install it (on Debian: apt-get install chromium) to run the browser tests."
        )
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    # Playwright keeps an event loop in this thread, which makes Django suspect asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class SellerSite(BaseHTTPRequestHandler):
    """Answers every address with a page, /frame?<url> with one that has the url in a frame."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        body = f'<iframe src="{query}" width="600" height="500"></iframe>' if path == "/frame" else "Thanks!"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Seller</title>{body}".encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="package")
def seller_site() -> Iterator[str]:
    """The origin of a seller's site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SellerSite)
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shop(live_server, seller_site) -> SimpleNamespace:
    """A buyer with a card and a pending charge whose way back leads to the seller's site."""
    buyer = AccountFactory(
        organization=OrganizationFactory(name="Harbour Lane Dental"), email="dana@harbourlane.example"
    )
    PaymentOptionFactory(organization=buyer.organization)
    app = ApplicationFactory(
        organization=OrganizationFactory(name="Paper Kites Ltd"),
        name="Report Builder",
        return_origins=[seller_site],
    )
    charge = ChargeFactory(
        caller=CallerFactory(account=buyer, application=app),
        name="100 extra reports",
        price_minor=1_500,
        return_url=f"{seller_site}/back",
    )
    url = f"{live_server.url}/?id={charge.public_id}"
    return SimpleNamespace(server=live_server.url, buyer=buyer, app=app, charge=charge, url=url)


@pytest.fixture
def open_page(chromium, live_server) -> Iterator:
    """Open a page as an account, or as a stranger; the options are those of a browser context."""
    contexts = []

    def open_page(account=None, **options) -> Page:
        context = chromium.new_context(**({"locale": "en-US"} | options))
        contexts.append(context)
        context.set_default_timeout(10_000)
        if account:
            session = log_in(account).cookies["session"].value
            context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
