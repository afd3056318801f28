"""RabbitMQ as the broker: what a request sends, a worker does."""

import socket
import time
import uuid

import pytest
from celery.contrib.testing.worker import start_worker
from kombu import Connection, Queue, pools

from billing_site import broker
from billing_site.celery import app
from charges.models import ChargeStatus
from charges.tasks import collect
from operations.factories import ChargeFactory
from tests.money import fetch

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = ("127.0.0.1", 5672)
URL = "amqp://guest:guest@127.0.0.1:5672/"


@pytest.fixture
def rabbitmq(tmp_path):
    """Settings of the application as BROKER_URL makes them."""
    try:
        socket.create_connection(ADDRESS, timeout=1).close()
    except OSError:
        pytest.skip("no RabbitMQ listens at 127.0.0.1:5672")
    names = ("broker_url", "broker_transport_options")
    before = {name: app.conf[name] for name in names}
    options = broker.transport_options(URL, folder=tmp_path)
    app.conf.update(broker_url=URL, broker_transport_options=options)
    reconnect()
    yield URL
    app.conf.update(before)
    reconnect()


@pytest.fixture
def queue(rabbitmq):
    """A queue of this test alone; the server may be in use."""
    name = f"billing-test-{uuid.uuid4()}"
    yield name
    with Connection(rabbitmq) as connection:
        Queue(name)(connection.channel()).delete()


def reconnect():
    """Connections that are open know another broker."""
    pools.reset()
    app._after_fork()


def test_a_worker_collects_what_was_activated(queue):
    charge = ChargeFactory(activated=True)
    collect.apply_async([charge.pk], queue=queue)
    with start_worker(app, pool="solo", queues=[queue], perform_ping_check=False, shutdown_timeout=20):
        for _ in range(100):
            if fetch(charge).status == ChargeStatus.SUCCESS:
                break
            time.sleep(0.1)
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_a_message_whose_worker_dies_comes_again(rabbitmq, queue):
    collect.apply_async([1], queue=queue)
    for has_come_before in (False, True):
        with Connection(rabbitmq) as connection:  # Ends without an answer, as a killed worker does.
            message = Queue(queue)(connection.channel()).get(no_ack=False)
            assert message.delivery_info["redelivered"] is has_come_before
            assert message.headers["task"] == "charges.tasks.collect"
