"""The provider of mails tells of bounces; only who knows the secret is believed."""

import base64
import json

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from dialects.mail_reports import receive_reports
from mail.models import BlockedAddress, Mail, Unsubscription

pytestmark = pytest.mark.django_db

PATH, ADDRESS = "/hooks/mail/", "bo@buyer.example"
SECRET = "postmark:a-made-up-secret-of-tests"


@pytest.fixture(autouse=True)
def _provider(settings):
    cache.clear()
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "made-up"}
    settings.MAIL_REPORTS = "anymail.webhooks.postmark.PostmarkTrackingWebhookView"


def report(body, secret=SECRET, **headers):
    if secret:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    data = body if isinstance(body, bytes) else json.dumps(body)
    return Client(headers=headers).post(PATH, data, content_type="application/json")


def bounce(kind="HardBounce", record="Bounce", **more):
    return {"RecordType": record, "Type": kind, "Email": ADDRESS, "Details": "550 nobody here", **more}


def test_a_bounce_blocks_the_address_and_mails_nobody():
    assert report(bounce()).status_code == 200
    assert report(bounce()).status_code == 200
    blocked = BlockedAddress.objects.get()
    assert (blocked.address, blocked.reason, blocked.detail) == (ADDRESS, "bounced", "550 nobody here")
    assert not Mail.objects.exists()


def test_a_complaint_blocks_it_too():
    report(bounce(kind="SpamComplaint", record="SpamComplaint"))
    assert BlockedAddress.objects.get().reason == "complained"


@pytest.mark.parametrize("kind", ["Transient", "DnsError", "AutoResponder", "Blocked"])
def test_what_passes_or_is_not_the_fault_of_the_address_blocks_nothing(kind):
    assert report(bounce(kind=kind)).status_code == 200
    assert not BlockedAddress.objects.exists()


def test_a_delivery_changes_nothing():
    delivered = {"RecordType": "Delivery", "Recipient": ADDRESS, "DeliveredAt": "2026-12-04T10:00:00Z"}
    assert report(delivered).status_code == 200
    assert not BlockedAddress.objects.exists()


def test_who_unsubscribes_at_the_provider_is_heard():
    change = {"RecordType": "SubscriptionChange", "SuppressSending": True, "Recipient": ADDRESS}
    assert report(change | {"SuppressionReason": "ManualSuppression"}).status_code == 200
    assert Unsubscription.objects.filter(address=ADDRESS).exists()


@pytest.mark.parametrize("secret", ["", "postmark:wrong", SECRET + "x"])
def test_who_does_not_know_the_secret_is_refused(secret):
    answer = report(bounce(), secret=secret)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation")
    assert not BlockedAddress.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\0", b'{"RecordType": []}'])
def test_what_cannot_be_read_is_refused(body):
    assert report(body).status_code in (200, 400)
    assert not BlockedAddress.objects.exists()


def test_a_body_beyond_all_measure_is_refused():
    assert report(b" " * 300_000).status_code == 413
    request = RequestFactory().post(PATH, b" " * 300_000, "application/json")
    assert receive_reports(request).status_code == 413, "by the door itself"


def test_without_a_secret_nobody_is_believed(settings):
    settings.MAIL_REPORTS = ""
    assert report(bounce()).status_code == 404


def test_refused_requests_are_limited(settings):
    settings.HOOKS_RATE = "2/minute"
    statuses = [report(bounce(), secret="").status_code for _ in range(4)]
    assert statuses == [400, 400, 429, 429]


def test_only_posts_and_questions_whether_it_is_there_are_answered():
    assert [getattr(Client(), method)(PATH).status_code for method in ("get", "put")] == [405, 405]
    assert Client().head(PATH).status_code == 200
