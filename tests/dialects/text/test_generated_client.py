"""The client that `make client` generates of our documents, and the code of its guide, at a real server."""

import fcntl
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from charges.collection.single import collect_charge
from charges.models import Charge
from documentation.site import REFERENCES
from tests.architecture.sources import ROOT
from tests.dialects.text.webhook_recipes import owner_token

GUIDE = (ROOT / "docs/guides/python-client.md").read_text()
BLOCKS = re.findall(r"^```python\n(.+?)^```", GUIDE, re.MULTILINE | re.DOTALL)
WARNING = re.compile(r"^WARNING (.+)\n\n(.+)$", re.MULTILINE)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Run the script once, make its packages importable and return what it said."""
    top: Path = tmp_path_factory.getbasetemp()
    folder = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "clients"
    with open(f"{folder}.lock", "w") as lock:  # Each worker of a run would take five seconds to make them.
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = folder / "said.txt"
        if not said.exists():
            said.write_text(generate(folder))
    with pytest.MonkeyPatch.context() as patch:
        for name in REFERENCES:
            patch.syspath_prepend(folder / name)
        yield said.read_text()


def generate(folder: Path) -> str:
    environment = os.environ | {"VENV": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [ROOT / "scripts/client", folder], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tell_instants(value):
    """Return a body whose instants are compared as such: a client writes +00:00 for Z."""
    if isinstance(value, dict):
        return {key: tell_instants(each) for key, each in value.items()}
    if isinstance(value, list):
        return [tell_instants(each) for each in value]
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(value)
    return value


def list_examples():
    """Every answer in JSON that a document shows, with its operation."""
    for name, reference in REFERENCES.items():
        for _, _, operation in reference.operations:
            module = f"billing_{name}.api.{operation['tags'][0].replace('-', '_')}.{operation['operationId']}"
            for status, answer in operation["responses"].items():
                for example in (
                    answer.get("content", {}).get("application/json", {}).get("examples", {}).values()
                ):
                    yield module, int(status), example["value"]


def write_again(parsed):
    """Return what a client read as it would write it."""
    return [each.to_dict() for each in parsed] if isinstance(parsed, list) else parsed and parsed.to_dict()


@pytest.mark.slow
def test_every_answer_that_the_documents_show_is_read_whole(generated):
    client = import_module("billing_text").Client("http://billing.example", raise_on_unexpected_status=True)
    read = 0
    for module, status, body in list_examples():
        parse = import_module(module)._parse_response
        parsed = parse(client=client, response=httpx.Response(status, json=body))
        assert tell_instants(write_again(parsed)) == tell_instants(body), module
        assert not getattr(parsed, "additional_properties", {}), module
        read += 1
    assert read > 300


def test_nothing_is_left_out_but_the_bodies_in_xml(generated):
    warnings = WARNING.findall(generated)
    assert len(warnings) == generated.count("WARNING") == 10
    assert {reason for _, reason in warnings} == {"Unsupported content type application/xml"}
    assert all("/api/v01/" in place for place, _ in warnings)
    assert "Unable to" not in generated


class Guide:
    """The code of the guide, one block after another in one namespace."""

    def __init__(self, address, **names):
        self.names = names
        self.blocks = iter(block.replace("http://127.0.0.1:8000", address) for block in BLOCKS)

    def go_on(self):
        exec(compile(next(self.blocks), "guide", "exec"), self.names)
        return self.names


def call(name, *args, token, live_server, **kwargs):
    """Call an operation with a token; the answer is described exactly."""
    module = import_module(f"billing_text.api.{name[:2]}.{name}")
    with import_module("billing_text").AuthenticatedClient(live_server.url, token=token) as client:
        answer = module.sync_detailed(*args, client=client, **kwargs)
    assert tell_instants(answer.parsed.to_dict()) == tell_instants(json.loads(answer.content))
    return answer.parsed


@pytest.mark.slow
def test_the_guide_sells_lists_and_is_refused(generated, world, live_server, capsys):
    guide = Guide(live_server.url, TOKEN=world.token(), API_KEY="made-up")
    charge = guide.go_on()["charge"]
    assert capsys.readouterr().out == f"{charge.id} pending {charge.confirmation_url}\n"
    buyer = {"token": world.token(app=world.marketplace), "live_server": live_server}
    assert call("v2_direct_charge_accept_update", "livechat", charge.id, **buyer).status == "accepted"
    guide.go_on()
    assert capsys.readouterr().out == "processed\n"
    collect_charge(Charge.objects.get(public_id=charge.id).pk)
    for _ in range(20):
        world.charge()
    names = guide.go_on()
    assert names["paid"] == [charge.id]
    assert len([*names["list_charges"]()]) == 21
    guide.go_on()
    assert capsys.readouterr().out == "not_found There is no such charge. {}\n"
    billy = guide.go_on()["billy"]
    refused = import_module("billing_billy.api.plans.plan_list").sync_detailed(client=billy)
    assert (refused.status_code, type(refused.parsed)) == (403, str)
    names["client"].get_httpx_client().close()
    billy.get_httpx_client().close()


@pytest.mark.slow
def test_a_subscription_a_refund_and_refusals_have_types(generated, world, live_server):
    models = import_module("billing_text.models")
    app = {"token": world.token(), "live_server": live_server}
    buyer = {"token": world.token(app=world.marketplace), "live_server": live_server}
    monthly = models.NewRecurrentChargeByAdmin(name="Monthly", price=1900, return_url=None, trial_days=7)
    made = call("v3_recurrent_charge_create", "livechat", body=monthly, **app)
    assert (type(made), made.status, made.return_url) == (models.RecurrentCharge, "pending", None)
    call("v3_recurrent_charge_accept_update", "livechat", made.id, **buyer)
    assert call("v3_recurrent_charge_activate_update", "livechat", made.id, **app).status == "active"
    ended = call("v3_recurrent_charge_cancel_update", "livechat", made.id, **app)
    assert (ended.status, ended.current_charge_at, type(ended.cancelled_at)) == ("cancelled", None, datetime)

    charge = world.charge("success")
    owner = {"token": owner_token(world), "live_server": live_server}
    asked = models.NewRefund(reason="It does not work.", amount=50)
    refund = call("v3_direct_charge_refund_create", "livechat", charge.public_id, body=asked, **owner)
    assert (type(refund), refund.amount, refund.status) == (models.Refund, 50, "pending")

    nothing = models.NewChargeByAdmin(name="", price=0, quantity=0, return_url="http://elsewhere.example")
    refused = call("v2_direct_charge_create", "livechat", body=nothing, **app)
    assert (type(refused), refused.error.type_) == (models.Error, "validation")
    assert {"price", "quantity"} <= refused.error.details.to_dict().keys()
    nobody = {"token": "made-up", "live_server": live_server}
    assert call("v2_direct_charge_list", "livechat", **nobody).error.type_ == "authentication"


@pytest.mark.parametrize("kind", ["", "AsForm"])
def test_a_body_is_sent_as_what_its_type_says(generated, world, live_server, kind):
    models = import_module("billing_text.models")
    new = getattr(models, f"NewChargeByAdmin{kind}")
    body = new(name="Extension", price=125, quantity=1, return_url="https://seller.example/back", test=True)
    app = {"token": world.token(), "live_server": live_server}
    made = call("v2_direct_charge_create", "livechat", body=body, **app)
    assert (made.name, made.price, made.test) == ("Extension", 125, True)
