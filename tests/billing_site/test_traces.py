"""A request, its task and the call of the processor are one trace, which holds nothing secret."""

import gzip
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from access.oauth.bearer_tokens import find_caller
from billing_site import trace_settings
from billing_site.settings_readers import Environment
from operations.factories import AccountFactory, ApplicationFactory, ChargeFactory, PaymentOptionFactory
from tests.money import accept
from tests.tokens import issue_test_token

NAME = "OTEL_EXPORTER_OTLP_ENDPOINT"
CARD = "4242424242424242"
STRANGERS_TRACE = "a" * 32
DATABASE = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
OFF = """
import sys, django
django.setup()
import billing_site.celery, billing_site.wsgi
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
HEADERS = """
import django
django.setup()
from django.conf import settings
from billing_site.error_reports import list_secrets
print(settings.OTEL_EXPORTER_OTLP_HEADERS)
print({"a key", "billing"} <= set(list_secrets(settings)))
"""
STRANGER = """
import json, sys, django
django.setup()
from django.test import Client
for number, path in enumerate(sys.argv[1:]):
    headers = {"Host": "a.example", "X-Request-ID": f"stranger-{number}", "Origin": "https://a.example"}
    answer = Client(headers=headers).get(path)
    print(json.dumps({"status": answer.status_code, "headers": dict(answer.headers)}))
"""
PATHS = ("/v2/direct_charge", "/v3/balance", "/admin/", "/healthz")


def run(*words, **variables):
    done = subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        | {"DATABASE_URL": "postgres://billing:database-password@127.0.0.1:9/none"}
        | {"SECRET_KEY": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "billing_site.settings"}
        | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.fixture
def collector():
    """A server that takes traces; yields its address and the bodies that came."""
    came: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()


def read_spans(bodies):
    trace_service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    requests = [trace_service.ExportTraceServiceRequest.FromString(body) for body in bodies]
    return [
        span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_request_its_task_and_the_call_of_the_processor_are_one_trace_without_a_secret(collector):
    pytest.importorskip("opentelemetry.sdk", reason="the extra `traces` is not installed")
    address, came = collector
    account, app = AccountFactory(), ApplicationFactory()
    PaymentOptionFactory(organization=account.organization)
    token = issue_test_token(account, app)
    charge = accept(ChargeFactory(caller=find_caller(token)))
    database = {name: connection.settings_dict[name] for name in DATABASE}
    sent = f"00-{STRANGERS_TRACE}-{'b' * 16}-01"
    variables = {NAME: address, "TEST_DATABASE": json.dumps(database), "LOG_LEVEL": "INFO"}
    program = ["-m", "tests.billing_site.traced_program"]
    done = run(*program, str(charge.public_id), token, CARD, sent, **variables)

    spans = read_spans(came)
    [request] = [span for span in spans if span.name.endswith("/activate")]
    names = {span.name for span in spans if span.trace_id == request.trace_id}
    expected = {"apply_async/charges.tasks.collect", "run/charges.tasks.collect", "processor charge"}
    assert expected | {"SELECT charges_charge", "INSERT charges_attempt"} <= names
    assert request.trace_id.hex() != STRANGERS_TRACE

    everything = b"".join(came)
    secrets = [token, CARD, settings.SECRET_KEY, "database-password", str(charge.public_id), STRANGERS_TRACE]
    assert [secret for secret in secrets if secret.encode() in everything] == []

    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    of_request = [line for line in lines if "/activate" in str(line.get("request")) and "code" in line]
    assert [line["trace_id"] for line in of_request] == [request.trace_id.hex()]
    assert all(line["request_id"] for line in of_request)


@pytest.mark.slow
def test_a_host_that_is_not_ours_is_answered_and_logged_as_without_traces(collector):
    pytest.importorskip("opentelemetry.sdk", reason="the extra `traces` is not installed")
    address, _ = collector
    off, on = (ask_as_a_stranger(**variables) for variables in ({}, {NAME: address}))
    assert on == off
    for answer in off.values():
        assert answer["status"] == 400
        assert answer["headers"].keys() >= {"X-Request-ID", "Permissions-Policy", "X-Content-Type-Options"}
        assert [line["event"] for line in answer["lines"]] == ["request_finished"]


def ask_as_a_stranger(**variables):
    """Ask at a host that is not ours; returns the answers by path, each with its log without times."""
    done = run("-c", STRANGER, *PATHS, LOG_LEVEL="INFO", PYTHONHASHSEED="0", **variables)
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    answers = dict(zip(PATHS, map(json.loads, done.stdout.splitlines()), strict=True))
    for number, answer in enumerate(answers.values()):
        ours = [line for line in lines if line.get("request_id") == f"stranger-{number}"]
        answer["lines"] = [{name: line[name] for name in line.keys() - {"timestamp"}} for line in ours]
    return answers


def test_opentelemetry_comes_behind_what_logs_and_gives_headers():
    traces = pytest.importorskip("billing_site.traces", reason="the extra `traces` is not installed")
    before = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(traces.TRACED_BEHIND) + 1]
    ours = ["middleware.LogMiddleware", "request_records.record_requests", "middleware.set_headers"]
    assert {f"billing_site.{name}" for name in ours} < {*before}


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT 'paid from accounts', 'from hunter2_secret'", "SELECT"),
        ("SELECT 'paid from hunter_accounts' FROM \"charges_charge\"", "SELECT charges_charge"),
        ('UPDATE ONLY "oauth2_provider_grant" SET code = 1', "UPDATE oauth2_provider_grant"),
        ("/* from hunter2_secret */ VALUES (1)", "SQL"),
    ],
)
def test_the_name_of_a_span_has_no_word_of_a_value(statement, name):
    clean_spans = pytest.importorskip("billing_site.clean_spans", reason="`traces` is not installed")
    assert clean_spans.summarise(statement) == name


@pytest.mark.slow
def test_nothing_of_it_is_loaded_where_it_is_off():
    assert run("-c", OFF).stdout.strip() == "[]"


def test_packages_that_are_missing_are_named(monkeypatch):
    monkeypatch.setattr(trace_settings, "PACKAGES", ("opentelemetry.no_such_package",))
    with pytest.raises(ImproperlyConfigured, match=r"`traces`.* opentelemetry\.no_such_package is missing"):
        trace_settings.read_collector(Environment({NAME: "http://127.0.0.1:4318"}), NAME)


@pytest.mark.slow
def test_the_key_of_a_collector_is_sent_and_in_no_report():
    variables = {"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20key, x-team = billing"}
    assert run("-c", HEADERS, **variables).stdout.split("\n")[:2] == [
        "{'api-key': 'a key', 'x-team': 'billing'}",
        "True",
    ]


@pytest.mark.parametrize(
    "address", ["127.0.0.1:4318", "ftp://collector", "http://", "http://a/?b=c", "http://a:x"]
)
def test_what_is_no_address_of_a_collector_is_refused(address):
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} must be the address of a collector"):
        trace_settings.read_collector(Environment({NAME: address}), NAME)
