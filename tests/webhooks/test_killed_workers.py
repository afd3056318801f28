"""A worker that is killed after sending and before recording loses nothing; the same id comes again."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from core import clock
from tests.webhooks import deliver_once
from tests.webhooks.receiver import answer
from tests.webhooks.steps import make_endpoint, send_all, tell
from webhooks.models import Delivery
from webhooks.queue import LEASE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start_worker() -> subprocess.Popen[bytes]:
    place = {
        name: str(value)
        for name, value in connection.settings_dict.items()
        if name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    }
    env = os.environ | {"TEST_DATABASE": json.dumps(place), "PYTHONPATH": str(settings.BASE_DIR)}
    return subprocess.Popen([sys.executable, deliver_once.__file__], env=env)


def test_a_killed_worker_loses_nothing(app, receiver):
    make_endpoint(app, receiver.url)
    tell(app, 1, 2)
    workers = []

    def kill_and_answer(request):
        if len(receiver.received) == 1:
            os.kill(workers[0].pid, signal.SIGKILL)
        answer(204)(request)

    receiver.behave = kill_and_answer
    workers.append(start_worker())
    assert workers[0].wait(60) == -signal.SIGKILL
    assert Delivery.objects.filter(delivered_at=None).count() == 2
    assert send_all() == 0  # Its lease holds.
    with clock.travel_to(clock.now() + LEASE):
        assert send_all() == 2
    first, again, second = receiver.received
    assert (first.id, first.body) == (again.id, again.body)
    assert [each.headers["webhook-attempt"] for each in (first, again, second)] == ["1", "2", "1"]
    assert [again.json["sequence"], second.json["sequence"]] == [1, 2]
