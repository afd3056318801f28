"""The tools that `manage.py mcp` offers an assistant, and how it refuses to start."""

import importlib.util
import json
import os
import socket
import subprocess
import time
import uuid

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command

from charges.models import Charge
from documentation.site import REFERENCES
from documentation.tools import KEY, select_operations
from operations.demo import load_demo

PROGRAM = "tests/documentation/mcp_program.py"


def select(*, allow_writes):
    document = select_operations(REFERENCES["text"].document, allow_writes=allow_writes)
    return {
        operation["operationId"]: (method, operation)
        for methods in document["paths"].values()
        for method, operation in methods.items()
    }


def test_only_what_reads_is_offered_by_default_in_one_version_and_without_files():
    offered = select(allow_writes=False)
    assert {method for method, _ in offered.values()} == {"get"}
    assert {"v3_direct_charge_retrieve", "v3_events_list", "v2_ledger_livechat_list"} <= offered.keys()
    assert not any(name.startswith("v1_") or "pdf" in name or "xml" in name for name in offered)


def test_no_tool_consents_for_a_buyer_or_answers_with_a_secret():
    offered = select(allow_writes=True)
    written = offered.keys() - select(allow_writes=False).keys()
    assert {"v3_direct_charge_create", "v3_direct_charge_refund_create", "v3_payouts_create"} <= written
    assert not any("accept" in name or "decline" in name for name in offered)
    schemas = REFERENCES["text"].document["components"]["schemas"]
    fields = {name: schema.get("properties", {}).keys() for name, schema in schemas.items()}
    secret = {name for name, names in fields.items() if {"secret", "password"} & names}
    assert secret
    for name, (_, operation) in offered.items():
        answers = json.dumps(operation["responses"])
        assert not any(f'schemas/{each}"' in answers for each in {*secret, "TokenOfTests"}), name


def test_what_may_be_repeated_needs_its_key():
    documented = {
        operation["operationId"]
        for _, _, operation in REFERENCES["text"].operations
        if any(each["name"] == KEY for each in operation.get("parameters", ()))
    }
    needed = {
        name
        for name, (_, operation) in select(allow_writes=True).items()
        if any(each["name"] == KEY and each["required"] for each in operation["parameters"])
    }
    assert "v3_direct_charge_create" in needed <= documented


def test_it_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.delenv("BILLING_TOKEN", raising=False)
    with pytest.raises(CommandError, match="BILLING_TOKEN"):
        call_command("mcp")
    file = tmp_path / "token"
    with pytest.raises(CommandError, match=f"{file} cannot be read: No such file"):
        call_command("mcp", "--token-file", str(file))
    file.write_bytes(b"hunter2\xff")
    with pytest.raises(CommandError, match=f"{file} has no token: it is not UTF-8 text") as refusal:
        call_command("mcp", "--token-file", str(file))
    for several in ("hunter2\nhunter3", "hunter2\u20ac"):
        file.write_text(several)
        with pytest.raises(CommandError, match=f"{file} has no token, which is one word") as refusal:
            call_command("mcp", "--token-file", str(file))
        assert "hunter2" not in str(refusal.value)
    monkeypatch.setenv("BILLING_TOKEN", "token")
    for address in ("0.0.0.0:8200", "billing.example:8200", "127.0.0.1"):
        with pytest.raises(CommandError, match="this machine"):
            call_command("mcp", "--http", address)
    if importlib.util.find_spec("fastmcp") is None:
        with pytest.raises(CommandError, match="make mcp"):
            call_command("mcp")


@pytest.mark.mcp
def test_an_assistant_reads_and_writes_only_where_it_may(live_server):
    demo = load_demo()
    charge = make_charge(live_server.url, demo["buyer"]["access_token"])
    command = [
        os.environ["MCP_PYTHON"],
        PROGRAM,
        live_server.url,
        demo["buyer"]["access_token"],
        charge["id"],
    ]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert demo["buyer"]["access_token"] not in done.stderr
    seen = json.loads(done.stdout)
    assert seen["tools"] == dict.fromkeys(select(allow_writes=False), True)
    assert seen["charge"] == charge
    assert "Unknown tool" in seen["writes by default"]
    assert seen["all tools"].keys() == select(allow_writes=True).keys()
    assert KEY in seen["all tools"]["v3_direct_charge_create"]
    assert seen["made"][0]["id"] == seen["made"][1]["id"]
    assert Charge.objects.count() == 2
    assert '"type":"authentication"' in seen["bad token"].replace(" ", "").replace("'", '"')


@pytest.fixture
def served_address():
    """`manage.py mcp --http` on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    program = subprocess.Popen(
        [os.environ["MCP_PYTHON"], "manage.py", "mcp", "--http", address],
        cwd=settings.BASE_DIR,
        env=os.environ | {"BILLING_TOKEN": "a-token"},
    )
    try:
        wait_for(address)
        yield address
    finally:
        program.terminate()
        program.wait(20)


def wait_for(address):
    host, port = address.split(":")
    for _ in range(300):
        try:
            socket.create_connection((host, int(port))).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing listens")


@pytest.mark.mcp
def test_over_http_it_answers_no_page_of_a_browser_under_another_name(served_address):
    """A name that leads to this machine, and a page from elsewhere."""
    port = served_address.split(":")[1]
    foreign = [
        {"Host": f"stranger.example:{port}"},
        {"Host": "stranger.example"},
        {"Origin": "https://stranger.example"},
        {"Host": f"stranger.example:{port}", "Origin": f"http://stranger.example:{port}"},
    ]
    assert [greet(served_address, headers) for headers in foreign] == [421, 421, 403, 421]
    assert greet(served_address, {}) == greet(served_address, {"Origin": f"http://{served_address}"}) == 200


def greet(address, headers):
    """Begin a conversation as a client of the protocol does; returns the status."""
    client = {"name": "a-client", "version": "1"}
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    answer = requests.post(
        f"http://{address}/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params},
        headers={"Accept": "application/json, text/event-stream"} | headers,
        timeout=30,
    )
    return answer.status_code


def make_charge(address, token):
    answer = requests.post(
        f"{address}/v3/direct_charge/livechat",
        json={"name": str(uuid.uuid4()), "price": 100, "quantity": 1, "return_url": None, "test": True},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 201
    return answer.json()
