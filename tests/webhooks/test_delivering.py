"""An event reaches every endpoint that wants it, signed, once."""

import pytest
from standardwebhooks import Webhook

from operations.factories import ApplicationFactory
from tests.webhooks.receiver import answer
from tests.webhooks.steps import make_endpoint, send_all, tell
from webhooks.endpoints import create_endpoint, delete_endpoint, rotate_secret
from webhooks.models import Delivery, Endpoint, Sending

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_arrives_as_it_is_and_the_specifications_package_verifies_it(app, receiver):
    new = create_endpoint(application_id=app.pk, url=receiver.url)
    object_id = tell(app)
    assert send_all() == 1
    [got] = receiver.received
    body = Webhook(new.secret).verify(got.body, got.headers)
    assert body == {
        "id": got.id,
        "type": "charge.succeeded",
        "timestamp": body["timestamp"],
        "livemode": True,
        "sequence": 1,
        "data": {"object": "charge", "id": str(object_id), "status": "success", "amount": 200},
    }
    assert got.id.startswith("evt_")
    assert got.headers["content-type"] == "application/json"
    assert (got.headers["webhook-attempt"], got.headers["webhook-sequence"]) == ("1", "1")


def test_what_was_sent_is_written_down_and_not_sent_again(app, receiver):
    make_endpoint(app, receiver.url)
    tell(app)
    send_all()
    assert send_all() == 0
    delivery, sending = Delivery.objects.get(), Sending.objects.get()
    assert delivery.delivered_at
    assert (sending.number, sending.status_code, sending.answer, sending.trouble) == (1, 204, "", "")
    assert sending.latency_ms < 5_000


def test_each_endpoint_of_an_application_gets_what_it_wants(app, receiver):
    make_endpoint(app, f"{receiver.url}/all")
    make_endpoint(app, f"{receiver.url}/failures", event_types=["charge.failed"])
    tell(app)
    tell(app, type="charge.failed")
    send_all()
    assert sorted((each.path, each.json["type"]) for each in receiver.received) == [
        ("/hooks/all", "charge.failed"),
        ("/hooks/all", "charge.succeeded"),
        ("/hooks/failures", "charge.failed"),
    ]


def test_applications_hear_nothing_of_each_other(app, receiver):
    make_endpoint(app, receiver.url)
    tell(ApplicationFactory())
    assert send_all() == 0


def test_an_endpoint_gets_what_happens_after_it_was_made(app, receiver):
    tell(app)
    make_endpoint(app, receiver.url)
    tell(app)
    assert send_all() == 1


def test_nothing_is_sent_to_a_deleted_endpoint_or_a_closed_application(app, receiver):
    delete_endpoint(make_endpoint(app, receiver.url).pk)
    make_endpoint(app, receiver.url)
    tell(app)
    app.is_active = False
    app.save()
    assert send_all() == 0


def test_while_a_secret_is_replaced_both_verify(app, receiver):
    first = create_endpoint(application_id=app.pk, url=receiver.url)
    second = rotate_secret(first.endpoint.pk)
    tell(app)
    send_all()
    [got] = receiver.received
    for secret in (first.secret, second.secret):
        assert Webhook(secret).verify(got.body, got.headers)
    Endpoint.objects.update(former_secret_until=first.endpoint.created_at)
    tell(app)
    send_all()
    assert len(receiver.received[1].headers["webhook-signature"].split()) == 1


def test_a_card_number_in_an_answer_is_masked_before_it_is_cut(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer(400, b"." * 190 + b" 4242424242424242 is no charge")
    tell(app)
    send_all()
    assert "42424242" not in Sending.objects.get().answer


def test_the_beginning_of_a_refusal_is_kept_and_nothing_of_a_success(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer(500, b"No such\0 table." + b"." * 1_000)
    tell(app)
    send_all()
    sending = Sending.objects.get()
    assert sending.status_code == 500
    assert sending.answer.startswith("No such  table....")
    assert len(sending.answer) == 200
