"""Requests of GoCardless are signed, tell of many events, and are nothing but hints."""

import json

import pytest

from gateway.hints import ForgedHint, Hint, Subject
from tests.gateway.gocardless_movements import ask_charge
from tests.gateway.gocardless_stand_in.server import SECRET

MANDATE_ENDED = {"id": "EV9", "resource_type": "mandates", "action": "cancelled", "links": {"mandate": "MD1"}}
REFUND_PAID = {"id": "EV8", "resource_type": "refunds", "action": "paid", "links": {"refund": "RF1"}}
PAYOUT = {"id": "EV7", "resource_type": "payouts", "action": "paid", "links": {"payout": "PO1"}}


def read(gateway, request):
    body, headers = request
    return gateway.read_hints(body=body, headers=headers)


def test_one_request_tells_of_several_events(gateway, stand_in, mandate):
    reference = gateway.charge(ask_charge(mandate)).reference
    event = stand_in.books.advance(reference, "confirmed")
    hints = read(gateway, stand_in.sign(event, REFUND_PAID, PAYOUT, MANDATE_ENDED))
    assert hints == [
        Hint(event["id"], Subject.MOVEMENT, reference),
        Hint("EV8", Subject.MOVEMENT, "RF1"),
        Hint("EV9", Subject.CARD, "MD1"),
    ]


@pytest.mark.parametrize(
    "action", ["charged_back", "chargeback_cancelled", "chargeback_settled", "late_failure_settled"]
)
def test_debits_that_come_back_are_disputes(gateway, stand_in, mandate, action):
    payment = stand_in.books.get("payments", gateway.charge(ask_charge(mandate)).reference)
    event = stand_in.books.tell("payments", payment, action)
    assert read(gateway, stand_in.sign(event)) == [Hint(event["id"], Subject.DISPUTE, payment["id"])]


def test_a_failure_may_be_late_and_asks_for_both(gateway, stand_in, mandate):
    event = stand_in.books.advance(gateway.charge(ask_charge(mandate)).reference, "failed")
    hints = read(gateway, stand_in.sign(event))
    assert [hint.subject for hint in hints] == [Subject.MOVEMENT, Subject.DISPUTE]
    assert len({hint.event_id for hint in hints}) == 2


def test_a_request_without_events_is_fine(gateway, stand_in):
    assert read(gateway, stand_in.sign()) == []


@pytest.mark.parametrize("signature", ["", "0" * 64, "ünïcode", "\x00"])
def test_another_signature_is_forged(gateway, stand_in, signature):
    body, headers = stand_in.sign(MANDATE_ENDED)
    with pytest.raises(ForgedHint):
        read(gateway, (body, headers | {"webhook-signature": signature}))


def test_a_changed_body_another_secret_and_no_signature_are_forged(gateway, stand_in):
    body, headers = stand_in.sign(MANDATE_ENDED)
    requests = [
        (body.replace(b"MD1", b"MD2"), headers),
        (body + b" ", headers),
        stand_in.sign(MANDATE_ENDED, secret="another-secret"),
        (body, {}),
    ]
    for request in requests:
        with pytest.raises(ForgedHint):
            read(gateway, request)


def test_without_a_secret_everything_is_forged(gateway, stand_in, settings):
    settings.GOCARDLESS_WEBHOOK_SECRET = ""
    with pytest.raises(ForgedHint):
        read(gateway, stand_in.sign(MANDATE_ENDED, secret=""))


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "null", '{"events": 1}', '{"events": [{}]}', "\ud800"])
def test_a_signed_request_that_cannot_be_read_is_refused(gateway, stand_in, text):
    import hashlib
    import hmac

    body = text.encode("utf-8", "surrogatepass")
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    with pytest.raises(ForgedHint):
        read(gateway, (body, {"webhook-signature": signature}))


def test_nothing_is_asked_of_gocardless(gateway, stand_in):
    read(gateway, stand_in.sign(json.loads(json.dumps(MANDATE_ENDED))))
    assert stand_in.requests == []
