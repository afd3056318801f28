"""What no view can read is answered before any view, in the format of its path."""

import pytest
from django.test import Client, RequestFactory

from billing_site import error_handlers

API = [
    "/v1/direct_charge",
    "/v2/direct_charge/livechat",
    "/v3/unknown",
    "/oauth/token/",
]
UNIBILL = ["/api/v01/customers", "/api/v01/nothing"]
PAGES = ["/", "/login/", "/admin/", "/nowhere", "/oauth/authorize/"]
CODES = {400: "F02", 403: "L02", 404: "U03", 411: "F05", 413: "F03"}
KINDS = {400: "validation", 403: "authorization", 404: "not_found", 411: "validation", 413: "too_large"}


def assert_refused(response, path, status):
    assert response.status_code == status
    assert response["X-Request-ID"]
    if path in UNIBILL:
        assert response["Content-Type"] == "application/json"
        assert response.json()["failureCode"] == CODES[status]
        assert response.json()["message"]
    elif path in API:
        error = response.json()["error"]
        assert (response["Content-Type"], error["type"]) == ("application/json", KINDS[status])
        assert error["message"]
        assert error["details"] == {}
    else:
        assert response["Content-Type"].startswith("text/html")
        assert "default-src" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", API + UNIBILL + PAGES)
@pytest.mark.parametrize("method", ["post", "put"])
def test_a_body_over_64_kibibytes_is_refused_unread(path, method):
    response = getattr(Client(), method)(path, b"x" * 65_537, content_type="application/json")
    assert_refused(response, path, 413)


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
def test_the_limit_is_the_same_for_every_content_type(kind):
    assert_refused(
        Client().post("/v1/direct_charge", b"x" * 65_537, content_type=kind), "/v1/direct_charge", 413
    )


@pytest.mark.django_db
def test_a_body_of_64_kibibytes_is_read():
    assert Client().post("/v1/direct_charge", b"x" * 65_536, content_type="text/plain").status_code == 401


@pytest.mark.parametrize("path", API + UNIBILL + PAGES)
def test_a_body_without_a_length_is_refused(path):
    response = Client().post(path, headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
    assert_refused(response, path, 411)


@pytest.mark.slow
@pytest.mark.parametrize("path", API + UNIBILL + PAGES)
@pytest.mark.parametrize("part", ["%00", "%ff", "%c3%28", "%ed%a0%80", "a%00b"])
def test_nul_and_broken_utf8_are_refused_in_path_and_query(path, part):
    assert_refused(Client().get(f"{path}?a={part}"), path, 400)
    assert_refused(Client().get(f"{path}?{part}=a"), path, 400)
    below = f"{path.rstrip('/')}/{part}"
    assert_refused(Client().get(below), path if path in API + UNIBILL else below, 400)


@pytest.mark.parametrize("path", ["/v1/direct_charge", "/oauth/token/", "/login/"])
@pytest.mark.parametrize(
    "header", ["Authorization", "Content-Type", "User-Agent", "Idempotency-Key", "Cookie"]
)
@pytest.mark.parametrize("value", ["a\0b", b"\xff".decode("latin-1"), b"a\xc3(".decode("latin-1")])
def test_nul_and_broken_utf8_are_refused_in_headers(path, header, value):
    assert_refused(Client().get(path, headers={header: value}), path, 400)


@pytest.mark.parametrize("path", API + UNIBILL + PAGES)
def test_an_accept_header_in_a_charset_that_does_not_exist_is_refused(path):
    response = Client().get(path, headers={"Accept": "text/xml, text/html; charset*=klingon''x"})
    assert_refused(response, path, 400)
    if path in API + UNIBILL:
        assert "The header Accept cannot be read." in response.content.decode()


@pytest.mark.django_db
def test_other_letters_are_read():
    path = "/v1/direct_charge/%C3%A9"
    response = Client().get(path, {"page": "é"}, headers={"User-Agent": "é".encode().decode("latin-1")})
    assert response.status_code == 401


@pytest.mark.parametrize("path", ["/v1/nothing", "/v9/direct_charge", "/v3", "/oauth/token/x"])
def test_an_unknown_path_of_programs_answers_json(path, db):
    response = Client().get(path)
    assert (response.status_code, response.json()["error"]["type"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_program_that_writes_to_a_probe_is_told_so_in_json(path):
    response = Client(enforce_csrf_checks=True).post(path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"]["type"] == "validation"


@pytest.mark.parametrize("path", ["/hooks/sandbox/", "/hooks/mail/"])
def test_a_program_that_reads_a_door_of_events_is_told_so_in_json(path):
    response = Client().get(path)
    assert response.status_code == 405
    assert "POST" in response["Allow"]
    assert response.json()["error"]["type"] == "validation"


def test_a_page_that_is_only_read_refuses_other_methods_without_words():
    response = Client().post("/docs/openapi.json")
    assert (response.status_code, response.content) == (405, b"")
    assert "Content-Type" not in response


@pytest.mark.parametrize("path", ["/nothing", "/v1x", "/vx/", "/oauth/applications/", "/oauth/device/"])
def test_an_unknown_path_of_people_answers_a_page(path):
    response = Client().get(path)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", API + UNIBILL + PAGES)
def test_a_foreign_host_is_refused(path, settings):
    settings.ALLOWED_HOSTS = ["billing.example"]
    assert_refused(Client(headers={"Host": "evil.example"}).get(path), path, 400)


def test_a_forbidden_path_of_programs_answers_json():
    request = RequestFactory().get("/v1/ledger")
    response = error_handlers.permission_denied(request, PermissionError())
    assert (response.status_code, response["Content-Type"]) == (403, "application/json")


class Broken(Exception):
    """An exception of a test."""


@pytest.fixture
def broken(monkeypatch):
    """Let the search for the view fail, whatever the path."""

    def fail(*args, **kwargs):
        raise Broken("a-secret-of-ours")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)


@pytest.mark.parametrize("path", API)
def test_our_own_failure_answers_json_with_the_id_of_the_request_and_nothing_about_us(path, broken):
    client = Client(raise_request_exception=False, headers={"X-Request-ID": "find-me"})
    response = client.get(path)
    assert response.status_code == 500
    error = response.json()["error"]
    assert (error["type"], error["details"]) == ("internal", {"request_id": "find-me"})
    for ours in ("Broken", "a-secret", "Traceback", "/", "billing"):
        assert ours not in response.content.decode().replace("application/json", "")


@pytest.mark.parametrize("path", PAGES)
def test_our_own_failure_answers_people_with_a_page(path, broken):
    response = Client(raise_request_exception=False).get(path)
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")
    assert "a-secret" not in response.content.decode()


@pytest.mark.parametrize("path", UNIBILL)
def test_our_own_failure_answers_each_dialect_in_its_shape(path, broken):
    response = Client(raise_request_exception=False).get(path)
    assert (response.status_code, response.json()["failureCode"]) == (500, "E01")
    assert "a-secret" not in response.content.decode()


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v02/customers"])
def test_an_unknown_path_of_a_dialect_answers_in_its_shape(path):
    response = Client().get(path)
    assert (response.status_code, response.json()["failureCode"]) == (404, "U03")


@pytest.mark.parametrize("path", API)
def test_programs_are_not_redirected_to_tls_but_told(path, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().post(path)
    assert (response.status_code, response.json()["error"]["type"]) == (403, "authorization")


def test_people_are_redirected_to_tls_and_probes_are_answered(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/login/")["Location"] == "https://testserver/login/"
    assert Client().get("/healthz").status_code == 200
