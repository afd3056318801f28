"""The recorded calls are what clients ask, and `manage.py conformance` names what a deployment changes."""

import io
import json
import os
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests
from django.core.management import CommandError, call_command

from customers.models import Application
from operations.conformance.comparing import compare
from operations.conformance.recordings import FOLDER, load_recordings
from operations.conformance.replay import Deployment
from operations.demo import load_demo
from tests.clients import run_client
from tests.operations.conformance.listening import listening
from tests.operations.conformance.programs import PROGRAMS
from tests.operations.conformance.recorder import Recorder, write_recording

HOW_TO = "RECORD=1 with this test writes the file anew; look at what changed"


@pytest.fixture
def demo(live_server, settings):
    settings.BASE_URL = "http://127.0.0.1:8000"
    settings.COMPANY_CREATION_RATE = "1000/hour"
    return load_demo()


@pytest.fixture
def recorder(demo, live_server):
    return Recorder(Deployment(live_server.url, demo, is_sandbox=True), base="http://127.0.0.1:8000")


def settle(name, dialect, client, recorder):
    """Compare what was recorded with the file, or write it where RECORD says so."""
    file, content = (
        FOLDER / f"{name}.json",
        write_recording(dialect=dialect, client=client, steps=recorder.steps),
    )
    if os.environ.get("RECORD"):
        file.write_text(content)
    assert content == file.read_text(), HOW_TO


@pytest.mark.clients
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_recording_is_what_its_requests_get_now(recorder, name):
    dialect, client, write = PROGRAMS[name]
    for step in write():
        recorder.ask(**step)
    settle(name, dialect, client, recorder)


@pytest.mark.clients
def test_the_recording_of_lc_sdk_is_what_it_asks_and_gets(recorder, demo):
    token = demo["buyer"]["access_token"]
    with listening(recorder, callers={token: "buyer"}) as address:
        run_client("tests/dialects/text/lc_sdk_program.py", address, token)
    settle("text-lc-sdk", "text", "lc-sdk-python 0.3.9", recorder)


@pytest.mark.clients
def test_the_recording_of_billy_client_is_what_it_asks_and_gets(recorder):
    with listening(recorder, callers={}) as address:
        run_client("tests/dialects/billy/billy_client_program.py", address)
    settle("billy-client", "billy", "billy-client 0.0.8", recorder)


def check(url, demo, tmp_path, *options):
    """Run the command; return its exit code and its lines."""
    credentials, out = tmp_path / "credentials.json", io.StringIO()
    credentials.write_text(json.dumps(demo))
    try:
        call_command("conformance", url, "--credentials", str(credentials), *options, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.mark.slow
def test_a_deployment_of_this_code_answers_as_recorded(demo, live_server, tmp_path):
    code, lines = check(live_server.url, demo, tmp_path, "--sandbox")
    assert (code, [line for line in lines if not line.endswith(", 0 differences")]) == (0, [])
    assert sum(int(re.search(r": (\d+) calls", line)[1]) for line in lines) > 180
    assert len(lines) == len([*load_recordings()]) == 9


@pytest.fixture
def mended(live_server):
    """A deployment whose answers are changed on their way by the functions that a test adds."""
    changes = []

    class Handler(BaseHTTPRequestHandler):
        def forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = live_server.url + self.path
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            response = requests.request(self.command, url, data=body, headers=headers, timeout=30)
            text = response.text
            for change in changes:
                text = change(text)
            self.send_response(response.status_code)
            for name in ("Content-Type", "Idempotent-Replayed", "WWW-Authenticate"):
                if name in response.headers:
                    self.send_header(name, response.headers[name])
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = forward

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", changes
        server.shutdown()


@pytest.mark.slow
def test_a_field_with_another_name_and_a_number_as_text_are_named(demo, mended, tmp_path):
    url, changes = mended
    changes += [
        lambda text: text.replace('"quantity":', '"count":'),
        lambda text: re.sub(r'"price": ?1900', '"price": "1900"', text),
    ]
    code, lines = check(url, demo, tmp_path, "--dialect", "text")
    assert code == 1
    told = [line.partition(": ")[2] for line in lines if "POST /v2/direct_charge/livechat: body" in line]
    assert told[:3] == [
        "body.price is '1900', recorded was 1900",
        "body.quantity is nothing, recorded was 1",
        "body.count is 1, recorded was nothing",
    ]


@pytest.mark.slow
def test_what_moves_money_is_not_asked_unless_it_is_a_sandbox(demo, live_server, tmp_path):
    code, lines = check(
        live_server.url, demo, tmp_path, "--json", "--dialect", "billy", "--dialect", "unibill"
    )
    steps = [json.loads(line) for line in lines]
    assert code == 0
    left_out = {step["path"].rpartition("/")[2] for step in steps if "not_asked" in step}
    assert left_out == {"subscriptions", "~create"}
    for recording in load_recordings(("text",)):
        made = [step.request for step in recording.steps if step.answer.status == 201]
        assert made
        assert all(re.search(r'"test": ?true|test=1', request.body) for request in made)


@pytest.fixture
def strict():
    """A deployment that refuses what it is sent and lists a stranger's purchases; and what it was asked."""
    asked = []
    stranger = {
        "id": "0b6b7a3c-0000-4000-8000-000000000001",
        "buyer_organization_id": "0b6b7a3c-0000-4000-8000-000000000002",
        "status": "pending",
        "test": True,
    }

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            body = json.dumps({"result": [stranger, stranger], "items": [stranger]}).encode()
            self.send_response(200 if self.command == "GET" else 403)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_nothing_is_changed_that_the_run_did_not_make_itself(demo, strict, tmp_path):
    url, asked = strict
    code, lines = check(url, demo, tmp_path, "--sandbox")
    assert code == 1
    assert len(asked) > 50
    assert not [line for line in asked if "0b6b7a3c" in line]
    assert [line for line in lines if "nothing said charge1" in line]


def test_a_deployment_that_cannot_be_asked_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="did not answer"):
        check("http://127.0.0.1:9", {"buyer": {"access_token": "x"}}, tmp_path)
    with pytest.raises(CommandError, match="without a password"):
        check("http://user:password@127.0.0.1:9", {}, tmp_path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff\xfe{", "cannot be read: it is not UTF-8 text"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "it is not one JSON object"),
        (b'"buyer"', "it is not one JSON object"),
        (b'{"buyer": "token"}', "buyer is not an object"),
        (b'{"unibill": []}', "unibill is not an object"),
        (b'{"seller": {"access_token": ["x"]}}', "seller.access_token is neither a text nor a number"),
        ('{"buyer": {"access_token": "x\u20ac"}}'.encode(), "buyer.access_token is no token"),
        (b'{"buyer": {"confirm_token": "x\\ny"}}', "buyer.confirm_token is no token"),
        (b'{"buyer": {"return_url": "https://a.example/b?c=d"}}', "buyer.return_url is not an address"),
        (b'{"buyer": {"return_url": "javascript:x"}}', "buyer.return_url is not an address"),
    ],
)
def test_credentials_of_another_shape_are_refused_by_file_and_fault(tmp_path, content, fault):
    file = tmp_path / "credentials.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(str(file))) as refusal:
        call_command("conformance", "http://127.0.0.1:9", "--credentials", str(file))
    assert fault in str(refusal.value)


def test_an_app_with_a_return_address_of_its_own_can_be_asked(demo, live_server, tmp_path):
    Application.objects.update(return_origins=["https://shop.example:8443"])
    code, lines = check(live_server.url, demo, tmp_path, "--dialect", "text")
    assert code == 1
    assert [line for line in lines if "status is 400, recorded was 201" in line]
    demo["buyer"]["return_url"] = "https://shop.example:8443/after/"
    code, lines = check(live_server.url, demo, tmp_path, "--dialect", "text")
    assert (code, [line for line in lines if not line.endswith(", 0 differences")]) == (0, [])


@pytest.mark.parametrize(
    ("recorded", "found", "fields"),
    [
        ({"a": 1}, {"a": True}, ["x.a"]),
        ({"a": "{{number}}"}, {"a": "1"}, ["x.a"]),
        ({"a": "{{uuid:n}}", "b": "/{{uuid:n}}"}, {"a": "0" * 8, "b": "/"}, ["x.a", "x.b"]),
        ({"a": "{{text:n}}", "b": "{{text:n}}"}, {"a": "1", "b": "2"}, ["x.b"]),
        ([{"a": 1}, {"a": 2}], [{"a": 0}, {"a": 1}, {"a": 2}], []),
        ([{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}], ["x[1]"]),
        ({"a": "{{either:yes|no}}"}, {"a": "no"}, []),
        ({"a": None}, {}, ["x.a"]),
        ({"a": "{{optional}}", "b": "{{optional}}"}, {"b": 1}, []),
    ],
)
def test_a_difference_is_named_by_its_field(recorded, found, fields):
    assert [each.field for each in compare("x", recorded, found, {})] == fields
