"""The sample app of a seller sells one thing, as a program of its own beside a real server."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from charges.collection.single import collect_charge
from charges.models import Charge
from operations.demo import load_demo

PROGRAM = Path(__file__).resolve().parents[3] / "examples/sell_one_thing.py"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo(live_server, settings):
    settings.BASE_URL = live_server.url
    return load_demo()


@pytest.fixture
def shop(demo) -> Iterator[str]:
    """Start the program with the demo on its input; the address without its scheme."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, PROGRAM, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        program.stdin.write(json.dumps(demo))
        program.stdin.close()
        assert f"{demo['buyer']['email']} / {demo['buyer']['password']}" in program.stdout.readline()
        yield f"127.0.0.1:{port}"
        program.terminate()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def buy(shop: str) -> str:
    """Press the button, and return the address that the buyer is sent to."""
    client = HTTPConnection(shop, timeout=10)
    client.request("POST", "/")
    answer = client.getresponse()
    client.close()
    assert answer.status == 303
    return answer.headers["Location"]


def accept(demo, charge: Charge) -> None:
    request = urllib.request.Request(
        f"{demo['base_url']}/v2/direct_charge/livechat/{charge.public_id}/accept",
        headers={"Authorization": f"Bearer {demo['buyer']['confirm_token']}"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=10):
        pass


def test_the_buyer_is_sent_to_confirm_and_on_return_the_charge_is_activated_and_paid(demo, shop):
    assert "Buy for $12.50" in read(f"http://{shop}/")
    page = buy(shop)
    charge = Charge.objects.get()
    assert page == f"{demo['base_url']}/?id={charge.public_id}"
    assert (charge.total_minor, charge.return_url) == (1_250, f"http://{shop}/back")

    back = f"http://{shop}/back?id={charge.public_id}&type=direct_charge"
    assert "Kite icons: pending" in read(back)
    accept(demo, charge)
    assert "Kite icons: processed" in read(back)
    collect_charge(charge.pk)
    assert "Kite icons: success" in read(back)
