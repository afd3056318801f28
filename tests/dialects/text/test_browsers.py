"""Calls from a page of another origin: preflight without a token, and readable refusals."""

import pytest
from django.test import Client

from tests.dialects.text.world import UNKNOWN_ID, call

XML = {"content_type": "text/xml"}
ORIGIN = "https://app.seller.example"
BODY = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "path", ["/v1/direct_charge", "/v2/recurrent_charge/livechat/1/cancel", "/v1/ledger"]
)
def test_a_preflight_passes_without_a_token(client, path, method):
    response = client.options(
        path,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = {name.strip() for name in response.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key"} <= allowed
    methods = {name.strip() for name in response.headers["Access-Control-Allow-Methods"].split(",")}
    assert methods == {"GET", "POST", "PUT", "DELETE", "OPTIONS"}
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    ("status", "request_of"),
    [
        (200, lambda w: ("GET", "/v1/direct_charge", w.token(), {})),
        (201, lambda w: ("POST", "/v1/direct_charge", w.token(), {"body": BODY})),
        (400, lambda w: ("POST", "/v1/direct_charge", w.token(), {})),
        (400, lambda w: ("GET", "/v1/direct_charge", w.token(), {"Host": "elsewhere.example"})),
        (401, lambda w: ("GET", "/v1/direct_charge", None, {})),
        (403, lambda w: ("GET", "/v1/ledger", w.token(), {})),
        (404, lambda w: ("GET", "/v1/direct_charge/1", w.token(), {})),
        (404, lambda w: ("GET", "/v1/nothing", w.token(), {})),
        (405, lambda w: ("DELETE", "/v1/direct_charge", w.token(), {})),
        (413, lambda w: ("POST", "/v1/direct_charge", w.token(), {"body": "x" * 70_000})),
        (
            415,
            lambda w: ("POST", "/v1/direct_charge", w.token(), {"body": "<a/>"} | XML),
        ),
        (422, lambda w: ("PUT", f"/v1/direct_charge/{w.charge().public_id}/activate", w.token(), {})),
    ],
)
def test_every_answer_may_be_read_by_the_page(world, status, request_of):
    method, path, token, extra = request_of(world)
    response = call(method, path, token, Origin=ORIGIN, **extra)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Content-Type"] == "application/json"
    assert "Link" in response.headers["Access-Control-Expose-Headers"]
    if status >= 400:
        assert set(response.json()["error"]) == {"type", "message", "details"}


def test_a_fault_of_ours_is_readable_too(world, settings):
    settings.DEFAULT_CURRENCY = None  # Which the database refuses.
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {world.token()}", "Origin": ORIGIN}
    response = client.post("/v1/direct_charge", BODY, content_type="application/json", headers=headers)
    assert response.status_code == 500
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.json()["error"]["type"] == "internal"


def test_head_and_options_answer_on_every_path(world):
    token = world.token()
    path = f"/v2/direct_charge/livechat/{world.charge().public_id}"
    head = call("HEAD", path, token)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == call("GET", path, token).headers["Content-Length"]
    assert call("HEAD", path).status_code == 401
    for place, allowed in {
        "/v1/direct_charge": "GET, POST, HEAD, OPTIONS",
        path: "GET, HEAD, OPTIONS",
        f"{path}/activate": "PUT, OPTIONS",
        f"/v3/recurrent_charge/helpdesk/{UNKNOWN_ID}/cancel": "PUT, OPTIONS",
    }.items():
        options = call("OPTIONS", place)
        assert options.status_code == 200
        assert options.headers["Allow"] == allowed


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "image/png", "nonsense"])
def test_the_answer_is_json_whatever_is_wished_for(world, accept):
    response = call("GET", "/v1/direct_charge?format=api", world.token(), Accept=accept)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
