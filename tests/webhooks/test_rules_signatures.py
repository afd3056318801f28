"""Signatures, against vectors of the Standard Webhooks specification and of its libraries."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook

from core import clock
from webhooks.secrets import make_secret, sign

# From the specification's text and the tests of its libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = '{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_published_signature_is_made():
    assert sign(BODY, secrets=[SECRET], message_id=ID, at=AT) == SIGNATURE


def test_the_zone_of_a_time_does_not_matter():
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert sign(BODY, secrets=[SECRET], message_id=ID, at=there) == SIGNATURE


def test_each_secret_signs():
    other = make_secret()
    both = sign(BODY, secrets=[other, SECRET], message_id=ID, at=AT).split()
    assert both == [sign(BODY, secrets=[other], message_id=ID, at=AT), SIGNATURE]


def test_a_secret_is_long_and_never_the_same():
    first, second = make_secret(), make_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert 24 <= len(Webhook(first)._whsecret) <= 64


@pytest.mark.parametrize("body", ["", "\u00e4\u20ac\U0001f600", "x" * 20_000])
def test_any_body_is_signed_as_its_bytes_in_utf_8(body):
    now = clock.now()
    headers = {
        "webhook-id": ID,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(body, secrets=[SECRET], message_id=ID, at=now),
    }
    Webhook(SECRET).verify(body.encode(), headers, json_parse=False)
