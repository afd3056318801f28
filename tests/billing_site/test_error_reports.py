"""What leaves for a Sentry, read on its way there."""

import gzip
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings

from billing_site.error_reports import Scrubber, list_secrets

SECRETS = [
    "4242424242424242",
    "ada@buyer.example",
    "access-token-of-ada",
    "session-of-ada",
    "password-of-ada",
    "query-token",
]
KEY = "the-secret-key-of-this-installation-" + "x1y2z3" * 5


@pytest.fixture
def sentry():
    """A server that takes reports; yields its address and the list of what came."""
    came: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", came
        server.shutdown()


@pytest.mark.slow
def test_an_error_is_reported_and_no_secret_with_it(sentry):
    address, came = sentry
    done = subprocess.run(
        [sys.executable, "-m", "tests.billing_site.failing_program", *SECRETS],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "postgres://billing:database-password@127.0.0.1:9/none",
            "SECRET_KEY": KEY,
            "SENTRY_DSN": address,
            "DEPLOYMENT": "eu-1",
        },
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert (done.returncode, done.stdout) == (0, "500"), done.stderr
    told = "".join(came)
    assert "ValueError" in told
    assert "it failed" in told
    assert '"environment":"eu-1"' in told.replace(" ", "")
    assert [secret for secret in (*SECRETS, KEY, "database-password") if secret in told] == []


def test_what_is_no_secret_stays():
    scrubber = Scrubber(["a-long-secret", "x"])
    assert scrubber.clean_text("charge ch_1 of a-long-secret: x") == "charge ch_1 of [secret]: x"
    assert scrubber.clean_event({"level": "error", "user": {"id": 7}}) == {"level": "error"}


def test_a_refused_value_of_several_lines_stays_here():
    said = "refused\nDETAIL:  Failing row contains (1, Ada\nLovelace Street 5)."
    assert Scrubber([]).clean_text(said) == "refused\nDETAIL: left out"


def test_passwords_of_all_servers_are_secret(settings):
    settings.DATABASE_OWNER = {"PASSWORD": "password-of-the-owner"}
    settings.DATABASE_ADMIN = None
    settings.REDIS_URL = "redis://:password-of-redis@redis:6379/0"
    settings.CELERY_BROKER_URL = "amqp://billing:a%2Fpassword@rabbit/billing"
    assert {"password-of-the-owner", "password-of-redis", "a/password"} <= set(list_secrets(settings))
