"""What a refusal looks like, and what is not there at all."""

import pytest
from django.test import Client

from dialects.billy.errors import EXPLANATIONS
from tests.dialects.billy.world import basic, call, ok

NOUNS = ["companies", "customers", "plans", "subscriptions", "invoices", "transactions"]


def page(status_line, explanation, detail):
    return (
        f"<html>\n <head>\n  <title>{status_line}</title>\n </head>\n <body>\n  <h1>{status_line}</h1>\n"
        f"  {explanation}<br/><br/>\n{detail}\n\n\n </body>\n</html>"
    )


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "application/json",
        "text/plain",
        "image/*",
        "x" * 3000,
        ",;=",
        "é".encode().decode("latin-1"),
    ],
)
def test_who_does_not_take_html_gets_text(company, accept):
    headers = {} if accept is None else {"Accept": accept}
    response = call("GET", "/v1/customers/CU<b>", company.key, **headers)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content.decode() == (
        "404 Not Found\n\nThe resource could not be found.\n\n\nNo such customer CU<b>\n\n\n"
    )


@pytest.mark.parametrize(
    "accept",
    ["*/*", "text/html", "application/xhtml+xml", "application/json, */*;q=0.1", "TEXT/HTML"],
)
def test_who_takes_html_gets_a_page_with_nothing_of_theirs_in_it(company, accept):
    response = call("GET", "/v1/customers/CU<b>&\"'", company.key, Accept=accept)
    assert response.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert response.content.decode() == page(
        "404 Not Found", EXPLANATIONS[404], "No such customer CU&lt;b&gt;&amp;&quot;&#x27;"
    )


def test_the_list_of_bad_parameters_is_escaped_in_a_page(company):
    wanted = {"plan_type": "<script>", "frequency": "daily", "amount": "1"}
    response = company.post("plans", wanted, Accept="*/*")
    assert response.content.decode() == page(
        "400 Bad Request",
        EXPLANATIONS[400],
        "There are errors in following parameters: &lt;ul&gt;&lt;li&gt;plan_type:&lt;ul&gt;"
        "&lt;li&gt;Not a valid choice&lt;/li&gt;&lt;/ul&gt;&lt;/li&gt;&lt;/ul&gt;",
    )


@pytest.mark.parametrize("field", ["customer_guid", "plan_guid", "started_at"])
def test_a_cards_number_that_is_typed_into_a_wrong_field_is_not_repeated(company, field):
    guids = {"customer_guid": company.customer()["guid"], "plan_guid": company.plan()["guid"]}
    response = company.post("subscriptions", guids | {field: "4916338506082832"})
    assert response.status_code == 400
    assert field in response.content.decode()
    assert "4916338506082832" not in response.content.decode()


def test_a_key_is_escaped_in_a_page(db):
    response = call("GET", "/v1/plans", "<script>alert(1)</script>", Accept="text/html")
    assert b"<script>" not in response.content
    assert b"&lt;script&gt;" in response.content


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[
            (method, f"/v1/{noun}")
            for noun in NOUNS
            for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "PURGE")
        ],
        *[("DELETE", f"/v1/{noun}") for noun in NOUNS],
        *[("POST", f"/v1/{noun}/x") for noun in NOUNS],
        *[("PUT", f"/v1/{noun}/x") for noun in NOUNS],
        *[("DELETE", f"/v1/{noun}/x") for noun in ("companies", "subscriptions", "invoices", "transactions")],
        ("POST", "/v1/transactions"),
        ("GET", "/v1/subscriptions/x/cancel"),
        ("POST", "/v1/subscriptions/x/transactions"),
        ("POST", "/v1/invoices"),
        ("POST", "/v1/invoices/x/refund"),
        ("POST", "/v1/invoices/x/cancel"),
        ("POST", "/v1/companies/x/callbacks/y"),
        *[("GET", f"/v1/{noun}/x/") for noun in NOUNS],
        *[("GET", f"/v1/{noun}/x/y") for noun in NOUNS],
        *[("GET", f"/v1/{noun}//") for noun in NOUNS],
        ("GET", "/v1/companies/x/customers"),
        ("POST", "/v1/subscriptions/x/cancel/"),
        ("GET", "/v1/customers/a/b/c/d"),
    ],
)
@pytest.mark.parametrize("key", [None, "BAD_API_KEY"])
def test_what_is_not_a_path_or_not_its_method_is_not_found_whoever_asks(db, method, path, key):
    response = call(method, path, key)
    assert response.status_code == 404
    assert "Allow" not in response.headers
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert response.content.decode().startswith("404 Not Found\n\nThe resource could not be found.\n\n\n")


def test_a_path_that_only_begins_alike_is_not_billys(db):
    assert call("GET", "/v1/plansx").headers["Content-Type"] == "application/json"
    assert call("GET", "/v2/plans").headers["Content-Type"] == "application/json"


def test_browsers_of_other_origins_are_told_nothing(company):
    headers = {"Origin": "https://evil.example"}
    assert "Access-Control-Allow-Origin" not in call("GET", "/v1/plans", company.key, **headers).headers
    preflight = call("OPTIONS", "/v1/plans", **headers, **{"Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 404
    assert "Access-Control-Allow-Origin" not in preflight.headers


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"path": "/v1/plans?a=%00"}),
        (400, {"path": "/v1/plans/%ff"}),
        (400, {"X-Other": "a\0b"}),
        (411, {"Transfer-Encoding": "chunked"}),
        (413, {"body": b"x" * 65_537}),
    ],
)
def test_what_no_view_can_read_is_refused_in_the_same_shape(db, status, asked):
    path, body = asked.pop("path", "/v1/plans"), asked.pop("body", b"")
    if status == 411:
        response = Client().post(path, headers=asked, CONTENT_LENGTH="")
    else:
        response = call("POST", path, body=body, **asked)
    assert response.status_code == status
    assert response.content.decode().startswith(f"{status} ")
    assert EXPLANATIONS[status] in response.content.decode()
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_secrets_in_the_clear_are_refused_in_the_same_shape(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = call("GET", "/v1/plans", "key", Accept="*/*")
    assert (response.status_code, response.headers["Content-Type"]) == (403, "text/html; charset=UTF-8")


def test_our_own_failure_says_so_in_the_same_shape_and_nothing_about_us(company, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a-secret-of-ours")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
    headers = {"Authorization": basic(company.key), "X-Request-ID": "find-me"}
    response = Client(raise_request_exception=False).get("/v1/plans", headers=headers)
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert response.content.decode().startswith("500 Internal Server Error\n\n")
    assert "find-me" in response.content.decode()
    assert "a-secret" not in response.content.decode()


def test_answers_are_compact_json_in_ascii(company):
    response = company.post("customers", {"external_id": "zażółć"})
    assert ok(response)["external_id"] == "zażółć"
    assert response.content.isascii()
    assert b'"external_id":"za\\u017c' in response.content
