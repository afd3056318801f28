"""Events from Stripe: signed, not too old, and only hints; and disputes, which are asked for."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.money import Money
from gateway.hints import DisputeStatus, ForgedHint, Hint, Subject
from gateway.movements import Verdict
from tests.gateway.processors import WEBHOOK_SECRET
from tests.gateway.stripe_document import find_wrong_fields
from tests.gateway.stripe_stand_in import disputes
from tests.gateway.stripe_stand_in.webhooks import sign
from tests.movements import make_movement, make_refund

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def deliver(stripe, event: dict, *, secret: str = WEBHOOK_SECRET, at: datetime | None = None) -> list[Hint]:
    body = json.dumps(event)
    signature = sign(body, secret, int((at or clock.now()).timestamp()))
    return stripe.read_hints(body=body.encode(), headers={"stripe-signature": signature})


def make_event(kind: str = "payment_intent.succeeded", **fields) -> dict:
    subject = {"id": "pi_1", "object": "payment_intent"} | fields
    return {"id": "evt_1", "object": "event", "type": kind, "livemode": False, "data": {"object": subject}}


def pay(stripe, key: str, card: str = "pm_card_visa", cents: int = 500):
    token = f"{stripe.create_customer(key='c')}|{card}"
    movement = make_movement(key, token=token, cents=cents)
    return stripe.charge(replace(movement, reference=stripe.prepare(movement)))


@pytest.mark.parametrize(
    ("kind", "fields", "subject", "reference"),
    [
        ("payment_intent.succeeded", {}, Subject.MOVEMENT, "pi_1"),
        ("charge.updated", {"id": "ch_1", "payment_intent": "pi_1"}, Subject.MOVEMENT, "pi_1"),
        ("refund.failed", {"id": "re_1", "payment_intent": "pi_1"}, Subject.MOVEMENT, "re_1"),
        ("charge.refund.updated", {"id": "re_1", "payment_intent": "pi_1"}, Subject.MOVEMENT, "re_1"),
        ("transfer.created", {"id": "tr_1"}, Subject.MOVEMENT, "tr_1"),
        ("charge.dispute.closed", {"id": "dp_1"}, Subject.DISPUTE, "dp_1"),
        (
            "payment_method.automatically_updated",
            {"id": "pm_1", "customer": "cus_1", "type": "card"},
            Subject.CARD,
            "cus_1|pm_1",
        ),
    ],
)
def test_an_event_tells_what_to_ask_about(stripe, kind, fields, subject, reference):
    assert deliver(stripe, make_event(kind, **fields)) == [Hint("evt_1", subject, reference)]


def test_a_removed_card_is_named_by_the_customer_whose_it_was(stripe):
    event = make_event("payment_method.detached", id="pm_1", customer=None, type="card")
    event["data"]["previous_attributes"] = {"customer": "cus_1"}
    assert [hint.reference for hint in deliver(stripe, event)] == ["cus_1|pm_1"]


def test_events_of_no_interest_and_of_the_other_mode_are_no_hints(stripe):
    assert deliver(stripe, make_event("invoice.created")) == []
    assert deliver(stripe, make_event("charge.succeeded", payment_intent=None)) == []
    assert deliver(stripe, make_event() | {"livemode": True}) == []


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_event_is_forged_by_our_clock(stripe, seconds):
    with clock.travel_to(NOW), pytest.raises(ForgedHint):
        deliver(stripe, make_event(), at=NOW + timedelta(seconds=seconds))
    with clock.travel_to(NOW):
        assert deliver(stripe, make_event(), at=NOW + timedelta(seconds=seconds * 299 // 301))


def test_what_is_signed_by_another_or_changed_is_forged(stripe, settings):
    body = json.dumps(make_event()).encode()
    signature = sign(body.decode(), WEBHOOK_SECRET, int(clock.now().timestamp()))
    wrong = [(body + b" ", signature), (body, ""), (body, "t=1"), (body, "t=x,v1=y"), (b"\xff", signature)]
    for changed, header in wrong:
        with pytest.raises(ForgedHint):
            stripe.read_hints(body=changed, headers={"stripe-signature": header})
    with pytest.raises(ForgedHint):
        deliver(stripe, make_event(), secret="whsec_of_another")
    settings.STRIPE_WEBHOOK_SECRET = ""
    for secret in (WEBHOOK_SECRET, ""):
        with pytest.raises(ForgedHint, match="STRIPE_WEBHOOK_SECRET is not set"):
            deliver(stripe, make_event(), secret=secret)


def test_the_events_of_the_stand_in_are_as_published_and_understood(stripe, stand_in):
    capture = pay(stripe, "k", "pm_card_createDispute")
    pay(stripe, "k2", "pm_card_chargeCustomerFail")
    stripe.refund(make_refund("r", capture=pay(stripe, "k3").reference, cents=5))
    assert [trouble for event in stand_in.books.events for trouble in find_wrong_fields(event)] == []
    hints = [hint for event in stand_in.books.events for hint in deliver(stripe, event)]
    assert len(hints) == len(stand_in.books.events)
    assert capture.reference in {hint.reference for hint in hints}
    assert {hint.subject for hint in hints} == {Subject.MOVEMENT, Subject.DISPUTE}


@pytest.mark.parametrize(("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_a_dispute_is_opened_and_decided(stripe, stand_in, words, status):
    capture = pay(stripe, "k", "pm_card_createDispute")
    [report] = stripe.list_disputes(since=clock.now())
    assert (report.capture, report.status) == (capture.reference, DisputeStatus.OPENED)
    assert (report.money, report.fee) == (Money(500, "USD"), Money(1500, "USD"))
    assert report.evidence_due_by > clock.now()
    disputes.update(stand_in.books, {"evidence": {"uncategorized_text": words}}, report.reference)
    decided = stripe.read_dispute(reference=report.reference)
    assert (decided.status, decided.money, decided.fee) == (status, report.money, report.fee)


def test_a_disputed_capture_is_not_refunded(stripe):
    capture = pay(stripe, "k", "pm_card_createDispute")
    answer = stripe.refund(make_refund("r", capture=capture.reference, cents=5))
    assert (answer.verdict, answer.code) == (Verdict.DECLINED, "charge_disputed")


def test_an_inquiry_of_the_bank_takes_no_money_and_is_no_dispute(stripe, stand_in):
    pay(stripe, "k", "pm_card_createDispute")
    [dispute] = stand_in.books.every("dispute")
    dispute |= {"status": "warning_needs_response", "balance_transactions": []}
    assert stripe.list_disputes(since=clock.now()) == []
    assert stripe.read_dispute(reference=dispute["id"]) is None
