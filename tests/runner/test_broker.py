"""A message is a hint: without a broker the request is answered as ever, and soon."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from access.oauth.bearer_tokens import find_caller
from charges.models import ChargeStatus
from operations.factories import AccountFactory, ApplicationFactory, ChargeFactory, PaymentOptionFactory
from tests.money import accept, fetch
from tests.tokens import issue_test_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


REFUSING, SILENT = "refusing", "silent"
# By default each protocol and each way to be dead once; the other pairs at night.
DEAD = [
    pytest.param("redis", REFUSING, marks=pytest.mark.night),
    ("redis", SILENT),
    ("amqp", REFUSING),
    pytest.param("amqp", SILENT, marks=pytest.mark.night),
]


@contextmanager
def dead_port(way: str) -> Iterator[int]:
    """A port where nobody listens, or where somebody listens and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if way == SILENT:
            listener.listen()
        yield listener.getsockname()[1]


def name_broker(protocol: str, port: int) -> dict[str, str]:
    """Variables that name it."""
    if protocol == "redis":
        return {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    return {"BROKER_URL": f"amqp://guest:guest@127.0.0.1:{port}/"}


def activate_elsewhere(charge, token, broker):
    database = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.runner.activate_once", str(charge.public_id), token],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
            "TEST_DATABASE": json.dumps(database),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        | broker,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    status, charge_status, seconds = done.stdout.split()
    return int(status), charge_status, float(seconds)


@pytest.mark.parametrize(("protocol", "way"), DEAD)
def test_a_charge_is_activated_although_the_broker_is_dead(protocol, way):
    account, app = AccountFactory(), ApplicationFactory()
    PaymentOptionFactory(organization=account.organization)
    token = issue_test_token(account, app)
    charge = accept(ChargeFactory(caller=find_caller(token)))
    with dead_port(way) as port:
        status, charge_status, seconds = activate_elsewhere(charge, token, name_broker(protocol, port))
    assert (status, charge_status) == (200, "processed")
    assert seconds < 5  # It gives up after a second; the rest is a busy machine.
    assert fetch(charge).status == ChargeStatus.PROCESSED
