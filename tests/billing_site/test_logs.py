"""One line of JSON for each request, found by its id, without secrets."""

import json
import logging
import re

import pytest
from django.conf import settings as django_settings
from django.test import Client

from billing_site import logs
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.tokens import issue_test_token


@pytest.fixture(autouse=True)
def _handlers_of_the_run():
    """Afterwards the handlers of before are there: one whose stream capsys has closed fails at every line."""
    loggers = [logging.getLogger(name) for name in ("", "django.server")]
    before = [list(logger.handlers) for logger in loggers]
    yield
    for logger, handlers in zip(loggers, before, strict=True):
        for handler in {*logger.handlers} - {*handlers}:
            handler.close()
        logger.handlers[:] = handlers


@pytest.fixture
def written(caplog):
    """Return what the handlers of production would write."""
    logging.config.dictConfig(django_settings.LOGGING)
    formatter = logging.getLogger().handlers[0].formatter
    logging.getLogger().addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)

    def lines():
        return [formatter.format(record) for record in caplog.records]

    yield lines
    logging.getLogger().removeHandler(caplog.handler)


@pytest.mark.parametrize("sent", ["a", "A-b_9", "x" * 64])
def test_a_plain_request_id_is_kept(sent):
    assert Client().get("/healthz", headers={"X-Request-ID": sent})["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\r\nSet-Cookie: a=b", "é", "{}", '"', "a;b"])
def test_any_other_request_id_is_replaced(sent):
    answered = Client().get("/healthz", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", answered)


def test_two_requests_have_two_ids():
    assert Client().get("/healthz")["X-Request-ID"] != Client().get("/healthz")["X-Request-ID"]


def test_a_request_is_one_line_of_json_with_its_id(written):
    Client().get("/healthz", headers={"X-Request-ID": "find-me"})
    line = [json.loads(line) for line in written() if "find-me" in line]
    assert [(entry["event"], entry["request"], entry["code"]) for entry in line] == [
        ("request_finished", "GET /healthz", 200)
    ]
    assert {"timestamp", "level", "ip"} <= set(line[0])


def test_a_host_that_is_not_ours_is_no_fault_of_ours_in_the_log(written):
    assert Client(headers={"Host": "[::1"}).get("/v1/direct_charge").status_code == 400
    levels = [json.loads(line)["level"] for line in written()]
    assert levels == ["warning"]


def test_line_ends_in_what_is_sent_make_no_second_line(written):
    Client().get("/nothing%0d%0a{}", headers={"User-Agent": "a\r\n{}", "X-Request-ID": "a\r\nb"})
    assert written()
    assert all("\n" not in line and "\r" not in line for line in written())
    assert all(json.loads(line) for line in written())


@pytest.mark.django_db
def test_no_token_secret_or_query_is_written_at_any_level(written):
    app, account = flow.ClientFactory(), AccountFactory()
    code = flow.get_code(app, account, state="state-of-the-query")
    tokens = flow.exchange(app, code).json()
    flow.refresh(app, tokens["refresh_token"])
    flow.post("/oauth/introspect/", token=tokens["access_token"])
    token = issue_test_token(account, app)
    headers = {"Authorization": f"Bearer {token}", "Cookie": "session=session-of-a-person"}
    Client().get("/v1/direct_charge?page=1&access_token=token-in-the-query", headers=headers)
    everything = "\n".join(written())
    secrets = [code, token, tokens["access_token"], tokens["refresh_token"], flow.SECRET, flow.VERIFIER]
    secrets += ["token-in-the-query", "session-of-a-person", "state-of-the-query", "Bearer "]
    assert "request_finished" in everything
    assert [secret for secret in secrets if secret in everything] == []


def test_a_failure_is_written_once_with_its_trace_on_one_line(written, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("made\nto fail")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
    Client(raise_request_exception=False).get("/v1/ledger", headers={"X-Request-ID": "find-me"})
    failed = [json.loads(line) for line in written() if "Traceback" in line]
    assert [(entry["event"], entry["request_id"], entry["level"]) for entry in failed] == [
        ("request_failed", "find-me", "error")
    ]


def test_with_a_file_all_lines_go_there_and_only_warnings_to_the_console(tmp_path, capsys):
    log = tmp_path / "web.log"
    logging.config.dictConfig(logs.configure("INFO", str(log)))
    logging.getLogger("anything").info("a request")
    logging.getLogger("anything").warning("a trouble")
    log.rename(tmp_path / "web.log.1")  # As logrotate does.
    logging.getLogger("anything").info("a later request")
    written = [json.loads(line)["event"] for line in (tmp_path / "web.log.1").read_text().splitlines()]
    assert written == ["a request", "a trouble"]
    assert json.loads(log.read_text())["event"] == "a later request"
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["a trouble"]
