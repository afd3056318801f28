"""A worker killed between sending and recording loses nothing; the same Message-ID comes again."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from core import clock
from mail.models import Mail
from mail.queue import LEASE
from mail.send import send_due
from tests.mail import send_once
from tests.mail.steps import queue_some

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start_worker(port: int) -> subprocess.Popen[bytes]:
    place = {
        name: str(value)
        for name, value in connection.settings_dict.items()
        if name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    }
    known = {"TEST_DATABASE": json.dumps(place), "TEST_SMTP_PORT": str(port)}
    env = os.environ | known | {"PYTHONPATH": str(settings.BASE_DIR)}
    return subprocess.Popen([sys.executable, send_once.__file__], env=env)


def test_a_killed_worker_loses_nothing(server):
    queue_some(3)
    workers = []

    def kill_at_the_second() -> None:
        if len(server.mails) == 2 and workers[0].poll() is None:
            os.kill(workers[0].pid, signal.SIGKILL)
            workers[0].wait(60)

    server.on_mail = kill_at_the_second
    workers.append(start_worker(server.port))
    assert workers[0].wait(60) == -signal.SIGKILL
    assert Mail.objects.filter(sent_at=None).count() == 2
    assert send_due() == 1  # The lease of the one in doubt holds.
    with clock.travel_to(clock.now() + LEASE):
        assert send_due() == 1
    first, in_doubt, third, again = server.ids
    assert in_doubt.split(".")[0] == again.split(".")[0]
    assert len({first, in_doubt, third}) == 3
    assert not Mail.objects.filter(sent_at=None).exists()
