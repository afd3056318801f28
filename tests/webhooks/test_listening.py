"""`manage.py listen` prints the events of a running server and forwards them, signed."""

import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from standardwebhooks import Webhook

from operations.factories import AccountFactory
from tests.tokens import issue_test_token
from tests.webhooks.steps import tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(app):
    return issue_test_token(AccountFactory(organization=app.organization), app)


def listen(live_server, token, monkeypatch, happen, **options) -> str:
    """Listen until an event was printed; `happen` is called in the first pause."""
    out, pauses, sleep = StringIO(), [], time.sleep

    def pause(seconds):
        if not pauses:
            happen()
        pauses.append(seconds)
        if "evt_" in out.getvalue() or len(pauses) > 400:
            raise KeyboardInterrupt
        sleep(0.05)

    monkeypatch.setattr("webhooks.management.commands.listen.time.sleep", pause)
    call_command("listen", token=token, server=live_server.url, stdout=out, **options)
    return out.getvalue()


def test_events_are_printed_and_forwarded_with_a_signature(app, receiver, live_server, token, monkeypatch):
    tell(app)
    printed = listen(
        live_server, token, monkeypatch, lambda: tell(app, type="charge.failed"), forward_to=receiver.url
    )
    [got] = receiver.received
    secret = printed.split("signed with ")[1].split()[0]
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "charge.failed"
    assert f"{got.id} -> 204" in printed
    assert printed.count("evt_") == 1


def test_without_an_address_they_are_printed(app, live_server, token, monkeypatch):
    assert "charge.succeeded charge" in listen(live_server, token, monkeypatch, lambda: tell(app))


def test_a_token_of_a_buyer_is_refused_in_words(app, live_server, monkeypatch):
    token = issue_test_token(AccountFactory(), app)
    with pytest.raises(CommandError, match="organisation that owns the application"):
        listen(live_server, token, monkeypatch, lambda: None)


def test_nobody_listening_is_said(app, live_server, token, monkeypatch):
    printed = listen(
        live_server, token, monkeypatch, lambda: tell(app), forward_to="http://127.0.0.1:1/hooks"
    )
    assert "-> ConnectionError" in printed
