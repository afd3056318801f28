"""The commands of the published reference, as printed but for host, key and guids, with the real curl."""

import json
import shutil
import subprocess

import pytest

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"),
]

CREATE_COMPANY = r"""
    curl https://billing.example.com/v1/companies \
        -d "processor_key=made-up-processor-key"
"""
COMMANDS = {
    "company": r"""
    curl https://billing.example.com/v1/companies/<company> \
        -u <key>:
""",
    "plan": r"""
    curl https://billing.example.com/v1/plans \
        -u <key>: \
        -d "plan_type=charge" \
        -d "amount=500" \
        -d "frequency=monthly"
""",
    "plan again": r"""
    curl https://billing.example.com/v1/plans/<plan> \
        -u <key>:
""",
    "plans": r"""
    curl https://billing.example.com/v1/plans \
        -u <key>:
""",
    "customer": r"""
   curl https://billing.example.com/v1/customers \
       -X POST \
       -u <key>:
""",
    "customer again": r"""
    curl https://billing.example.com/v1/customers/<customer> \
        -u <key>:
""",
    "customers": r"""
    curl https://billing.example.com/v1/customers \
        -u <key>:
""",
    "subscription": r"""
    curl https://billing.example.com/v1/subscriptions \
        -u <key>: \
        -d "customer_guid=<customer>" \
        -d "plan_guid=<plan>" \
        -d "payment_uri=/v1/marketplaces/TEST-MP1/cards/CC1"
""",
    "subscription again": r"""
    curl https://billing.example.com/v1/subscriptions/<subscription> \
        -u <key>:
""",
    "subscriptions": r"""
    curl https://billing.example.com/v1/subscriptions \
        -u <key>:
""",
    "transactions": r"""
    curl https://billing.example.com/v1/transactions \
        -u <key>:
""",
    "transaction": r"""
    curl https://billing.example.com/v1/transactions/<transaction> \
        -u <key>:
""",
    # Printed without the backslash behind POST, which would make two commands of it.
    "canceled": r"""
    curl https://billing.example.com/v1/subscriptions/<subscription>/cancel \
        -X POST \
        -u <key>:
""",
    "deleted customer": r"""
    curl https://billing.example.com/v1/customers/<customer> \
        -X DELETE \
        -u <key>:
""",
    "deleted plan": r"""
    curl https://billing.example.com/v1/plans/<plan> \
        -X DELETE \
        -u <key>:
""",
}


def run(command: str, host: str, names: dict[str, str]) -> dict:
    """Run a command in a shell and return what it prints."""
    for name, value in names.items():
        command = command.replace(f"<{name}>", value)
    command = command.replace("https://billing.example.com", host).replace("curl ", "curl --fail -sS ", 1)
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, (command, done.stderr)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_published_commands_work_one_after_the_other(live_server):
    company = run(CREATE_COMPANY, live_server.url, {})
    names = {"company": company["guid"], "key": company["api_key"]}
    answers = {}
    for what, command in COMMANDS.items():
        answers[what] = run(command, live_server.url, names)
        for kind in ("plan", "customer", "subscription"):
            if what == kind:
                names[kind] = answers[what]["guid"]
        if what == "transactions":
            names["transaction"] = answers[what]["items"][0]["guid"]
    assert answers["company"] == company
    for kind in ("plan", "subscription"):
        assert answers[f"{kind} again"] == answers[kind]
        assert answers[f"{kind}s"]["items"] == [answers[kind]]
    assert answers["transaction"]["status"] == "done"
    assert answers["transaction"] == answers["transactions"]["items"][0]
    assert answers["canceled"]["canceled"] is True
    assert answers["deleted customer"]["deleted"] is True
    assert answers["deleted plan"]["deleted"] is True


def test_a_refusal_is_a_page_for_curl(live_server):
    done = subprocess.run(
        ["curl", "-s", "-i", f"{live_server.url}/v1/plans"], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.startswith("HTTP/1.1 403 Forbidden")
    assert "Content-Type: text/html; charset=UTF-8" in done.stdout
    assert "Invalid API key None" in done.stdout


def test_the_root_tells_curl_which_server_it_is(live_server, settings):
    settings.SHOW_REVISION = True
    assert run("curl https://billing.example.com/", live_server.url, {})["revision"]
