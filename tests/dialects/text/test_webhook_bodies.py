"""Text's own webhook bodies, field by field as its documents show them, and its clients' way of reading."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from access.installations import install_application, revoke_application_access
from access.oauth.bearer_tokens import find_caller
from core import clock
from operations.factories import AccountFactory, ChargeFactory, SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.renewal.renew import renew_due
from tests.dialects.text.world import World, call
from tests.subscriptions.stories import change_card
from tests.webhooks.receiver import answer, receiving
from tests.webhooks.steps import make_endpoint, send_all
from webhooks.repair import send_test_event

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [
    *("applicationID", "applicationName", "clientID", "date", "event", "licenseID", "organizationID"),
    *("payload", "userID"),
]


@pytest.fixture
def world(transactional_db, settings) -> World:
    settings.IS_LOCAL = True
    return World()


@pytest.fixture
def receiver(world):
    with receiving() as server:
        make_endpoint(world.app, server.url, format="text")
        yield server


def told(receiver, purchase=None):
    """Event and payload of each body; of one purchase, without its id."""
    bodies = [each.json for each in receiver.received]
    if purchase is None:
        return [(body["event"], body["payload"]) for body in bodies]
    own = [body for body in bodies if body["payload"]["paymentID"] == str(purchase.public_id)]
    return [(body["event"], {k: v for k, v in body["payload"].items() if k != "paymentID"}) for body in own]


def caller(world):
    return find_caller(world.token())


def test_a_body_has_the_fields_of_the_documents(world, receiver):
    charge = ChargeFactory(caller=caller(world), activated=True)
    send_all()
    [got] = receiver.received
    body = json.loads(got.body)
    assert list(body) == KEYS
    assert body | {"date": ""} == {
        "applicationID": "1e2cb91de0b15e99a7f4502b900e907e",
        "applicationName": world.app.name,
        "clientID": "1e2cb91de0b15e99a7f4502b900e907e",
        "date": "",
        "event": "payment_activated",
        "licenseID": 900008664,
        "organizationID": str(world.buyer.public_id),
        "payload": {"paymentID": str(charge.public_id), "quantity": 2},
        "userID": str(world.account.public_id),
    }
    date = datetime.fromisoformat(body["date"])
    assert date.utcoffset() == timedelta()
    assert body["date"].endswith("+00:00")


def test_a_direct_charge_is_activated_and_collected(world, receiver):
    charge = ChargeFactory(caller=caller(world), collected=True, price_minor=200)
    send_all()
    assert told(receiver, charge) == [
        ("payment_activated", {"quantity": 2}),
        ("payment_collected", {"total": 400}),
    ]


def test_what_the_buyer_declines_is_told(world, receiver):
    charge = ChargeFactory(caller=caller(world), declined=True)
    subscription = SubscriptionFactory(caller=caller(world), declined=True)
    send_all()
    assert told(receiver, charge) == told(receiver, subscription) == [("payment_declined", {})]


def test_a_recurrent_charge_is_told_of_as_itself_and_not_as_its_payments(world, receiver):
    start = clock.now() - timedelta(days=32)
    subscription = SubscriptionFactory(caller=caller(world), active=True, at=start)
    renew_due()
    with clock.travel_to(clock.now() + timedelta(days=1)):
        SubscriptionFactory(caller=caller(world), cancelled=True)
    send_all()
    assert told(receiver, subscription) == [
        ("payment_activated", {"quantity": 1}),
        *[("payment_collected", {"total": 1900})] * 2,
    ]
    assert ("payment_cancelled") in [event for event, _ in told(receiver)]


def test_the_seats_are_told_where_each_account_is_paid_for(world, receiver):
    AccountFactory(organization=world.buyer)
    subscription = SubscriptionFactory(caller=caller(world), active=True, per_account=True)
    send_all()
    assert told(receiver, subscription) == [
        ("payment_activated", {"quantity": 2}),
        ("payment_collected", {"total": 3800}),
    ]


def test_a_trial_starts_and_its_end_is_collected(world, receiver):
    start = clock.now() - timedelta(days=8)
    subscription = SubscriptionFactory(caller=caller(world), activated=True, trial_days=7, at=start)
    renew_due()
    send_all()
    assert told(receiver, subscription) == [
        ("payment_trialstarted", {}),
        ("payment_collected", {"total": 1900}),
    ]


def test_a_trial_whose_first_payment_failed_does_not_start_a_second_time(world, receiver):
    start = clock.now() - timedelta(days=8)
    subscription = SubscriptionFactory(caller=caller(world), activated=True, trial_days=7, at=start)
    change_card(subscription, "decline_hard")
    renew_due()
    change_card(subscription, "approve")
    path = f"/v3/recurrent_charge/livechat/{subscription.public_id}"
    assert call("PUT", f"{path}/activate", world.token()).json()["status"] == "past_due"
    renew_due()
    send_all()
    assert told(receiver, subscription) == [
        ("payment_trialstarted", {}),
        ("payment_activated", {"quantity": 1}),
        ("payment_collected", {"total": 1900}),
    ]


def test_a_trial_that_was_used_up_does_not_start_again(world, receiver):
    start = clock.now() - timedelta(days=9)
    first = SubscriptionFactory(caller=caller(world), activated=True, trial_days=7, at=start)
    with clock.travel_to(start + timedelta(days=7)):
        cancel_subscription(first.pk, actor="demo")
    second = SubscriptionFactory(caller=caller(world), activated=True, trial_days=7)
    assert (second.trial_seconds, second.trial_ends_at) == (0, None)
    renew_due()
    send_all()
    assert told(receiver, second) == [
        ("payment_activated", {"quantity": 1}),
        ("payment_collected", {"total": 1900}),
    ]


def test_a_trial_was_begun_also_when_the_event_is_sent_after_its_end(world, receiver):
    start = clock.now() - timedelta(days=8)
    subscription = SubscriptionFactory(caller=caller(world), activated=True, trial_days=7, at=start)
    cancel_subscription(subscription.pk, actor="demo")
    send_all()
    assert told(receiver, subscription) == [("payment_trialstarted", {}), ("payment_cancelled", {})]


def test_a_test_event_says_that_it_is_one(world, receiver):
    send_test_event(world.app.webhook_endpoints.get().pk)
    send_all()
    [got] = receiver.received
    assert list(got.json) == KEYS
    assert (got.json["event"], got.json["payload"]) == ("webhook_tested", {})


def test_an_organisation_installs_and_uninstalls_an_application(world, receiver):
    install_application(account=world.account, application=world.app)
    revoke_application_access(account=world.account, application_id=world.app.pk)
    send_all()
    payload = {"applicationID": world.app.client_id}
    assert told(receiver) == [("application_installed", payload), ("application_uninstalled", payload)]
    for got in receiver.received:
        body = json.loads(got.body)
        assert list(body) == KEYS
        whose = (body["organizationID"], body["licenseID"], body["userID"])
        assert whose == (str(world.buyer.public_id), 900008664, str(world.account.public_id))


def test_whoever_reads_the_charge_at_once_never_sees_an_older_state(world, receiver):
    """As Text's Go client does on each of these events."""
    token, seen = world.token(), []

    def read_at_once(request):
        payment = request.got.json
        for kind in ("direct_charge", "recurrent_charge"):
            path = f"/v3/{kind}/livechat/{payment['payload']['paymentID']}"
            response = Client(headers={"Authorization": f"Bearer {token}"}).get(path)
            if response.status_code == 200:
                seen.append((payment["event"], kind, response.json()))
        connections.close_all()
        answer(200)(request)

    receiver.behave = read_at_once
    ChargeFactory(caller=caller(world), collected=True)
    SubscriptionFactory(caller=caller(world), active=True)
    send_all()
    assert len(seen) == 4
    for event, kind, charge in seen:
        paid = charge["status"] == ("success" if kind == "direct_charge" else "active")
        assert paid if event == "payment_collected" else charge["status"] != "accepted"
        if event == "payment_collected" and kind == "recurrent_charge":
            assert charge["current_charge_at"] < charge["next_charge_at"]
