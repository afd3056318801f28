"""Calls from a page of another origin: preflight without a token, and readable refusals."""

import pytest
from django.test import Client

from operations.factories import UserFactory
from tests.dialects.text.world import UNKNOWN_ID, call

XML = {"content_type": "text/xml"}
ORIGIN = "https://app.seller.example"
BODY = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000", "null"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "path", ["/v1/direct_charge", "/v2/recurrent_charge/livechat/1/cancel", "/v1/ledger"]
)
def test_a_preflight_passes_without_a_token(client, path, method, origin):
    response = client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,x-requested-with",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == origin
    allowed = {name.strip() for name in response.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key", "x-requested-with"} <= allowed
    methods = {name.strip() for name in response.headers["Access-Control-Allow-Methods"].split(",")}
    assert methods == {"GET", "POST", "PUT", "DELETE", "OPTIONS"}
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_frame_in_a_sandbox_may_read_the_answer(world):
    response = call("GET", "/v1/direct_charge", world.token(), Origin="null")
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (200, "null")
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [ORIGIN, "null"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/admin/", "/admin/login/", "/console/", "/docs/text/", "/login", "/payments", "/healthz"),
        *("/oauth/authorize/", "/oauth/token/", "/api/v01/customers", "/v1/subscriptions", "/hooks/stripe/"),
    ],
)
def test_no_other_path_may_be_read_by_a_page_of_another_origin(db, client, path, origin):
    for method in ("get", "options"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        response = getattr(client, method)(path, headers=asked)
        assert not [name for name in response.headers if name.startswith("Access-Control-")], path


def test_no_path_that_any_origin_may_call_looks_at_cookies(world):
    """A session of the admin and of a buyer is nothing to the paths of the API."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for path in ("/v1/direct_charge", "/v2/recurrent_charge/livechat", "/v3/events", "/v3/webhook_endpoints"):
        response = client.get(path, headers={"Origin": "null"})
        assert response.status_code == 401, path
        assert not response.cookies


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
