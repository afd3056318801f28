"""Messages in files: whoever reads while another writes finds a message whole or not at all."""

import threading
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from billing_site import broker
from billing_site.celery import app


@pytest.fixture
def connect(tmp_path):
    """Opens connections as the application does, to folders of this test."""
    options = broker.transport_options(broker.FILES, folder=tmp_path)
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    with app.connection_for_write(url="filesystem://localhost//") as connection:
        transport = connection.transport_cls
    return lambda: Connection("filesystem://localhost//", transport=transport, transport_options=options)


class LookingWhileWritten:
    """Looks for messages at the moment at which it is being written itself."""

    def __init__(self, channel):
        self.channel, self.found = channel, None

    def __json__(self):
        try:
            self.found = self.channel._get("celery")
        except Empty:
            self.found = "nothing"
        return "whole"


def test_a_message_is_not_there_before_it_is_whole(connect):
    with connect() as writing, connect() as reading:
        message = LookingWhileWritten(reading.channel())
        writing.channel()._put("celery", {"body": message})
        assert message.found == "nothing"
        assert reading.channel()._get("celery")["body"] == "whole"
        with pytest.raises(Empty):
            reading.channel()._get("celery")


def test_many_who_listen_for_the_first_time_at_once_all_do(connect):
    failed = []

    def listen(number):
        try:
            with connect() as connection:
                Queue(f"queue{number}", Exchange("celery"), "celery")(connection.channel()).declare()
        except (OperationalError, ValueError, OSError) as exc:
            failed.append(exc)

    threads = [threading.Thread(target=listen, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with connect() as connection:
        assert len(connection.channel().get_table("celery")) == 8
