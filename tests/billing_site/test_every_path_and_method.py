"""Every path of the server takes every method, with and without a body, without a fault of ours (5xx)."""

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from access.api_keys import issue_api_key
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    ChargeFactory,
    MerchantFactory,
    PlanFactory,
    ServiceUserFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.billing_site.paths import fill, list_patterns
from tests.module_rows import rows_of_module
from tests.service_users import basic
from tests.tokens import issue_test_token

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
BODIES = (
    ("application/json", b"{}"),
    ("application/json", b'[null, {"a": '),
    ("application/x-www-form-urlencoded", b"id=%ff&name=&price=-1&_selected_action=x&action=y"),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--\r\n",
    ),
    ("text/xml", b"<a b='"),
    ("", b"\0\xff"),
)
WITH_BODY = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WRITING = ("POST", "PUT", "DELETE")
# A page that is read is asked for by many other tests.
OTHERS = ("GET", "PUT", "HEAD", "DELETE", "GET", "PATCH", "OPTIONS", "GET", "TRACE", "BREW")
PATTERNS = sorted(set(list_patterns()))
# Of the admin's paths, of which each list has the same few, one of three; the others at night.
SHARED = [path for place, path in enumerate(PATTERNS) if not path.startswith("/admin/") or place % 3 == 0]
API = re.compile(r"/(v\d+|api|hooks)(/|$)|/oauth/(token|revoke_token|introspect)/|/(healthz|readyz|metrics)$")


@pytest.fixture(scope="module")
def credentials(request):
    """The headers of nobody, and of one of each kind that the server knows."""
    with rows_of_module(request, issue_credentials) as headers:
        yield headers


def issue_credentials() -> dict[str, list[dict[str, str]]]:
    account = AccountFactory()
    merchant = MerchantFactory()
    ServiceUserFactory(username="api-shop", merchants=[merchant])
    ChargeFactory()
    PlanFactory(merchant=merchant)
    SubscriptionFactory()
    token = issue_test_token(account, ApplicationFactory())
    return {
        "nobody": [{}],
        "api": [{"Authorization": f"Bearer {token}"}, {"Authorization": basic()}],
        "billy": [{"Authorization": basic(issue_api_key(merchant), "")}],
        "page": [log_in(account.user)],
        "admin": [log_in(UserFactory(superuser=True))],
    }


def log_in(user) -> dict[str, str]:
    browser = Client()
    browser.force_login(user)
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"}


def find_callers(credentials, path: str) -> list[Client]:
    """Return nobody first, then whom the path may let in."""
    if path.startswith("/admin"):
        known = credentials["admin"]
    elif path.startswith("/v1"):
        known = credentials["api"][:1] + credentials["billy"]
    else:
        known = credentials["api"] if API.match(path) else credentials["page"]
    return [
        Client(headers=headers, raise_request_exception=False) for headers in credentials["nobody"] + known
    ]


def find_own(known: list[Client], path: str) -> list[Client]:
    """Return those who are not sent away at once: two dialects share /v1, others have one way to log in."""
    if path.startswith("/api/"):
        return known[1:]
    return known[:1] if re.match(r"/v[23]/", path) else known


def find_object(path: str) -> str:
    """Return the id of a row that an admin page shows, or an id that nothing has."""
    found = re.match(r"/admin/(\w+)/(\w+)/", path)
    try:
        model = found and apps.get_model(*found.groups())
    except LookupError:
        model = None
    row = model and model._default_manager.first()
    return str(row.pk) if row else "7"


@pytest.mark.parametrize("pattern", SHARED)
def test_no_method_and_no_body_is_a_fault_of_ours(credentials, pattern):
    """Each path gets what matters and the next path the next of the rest; at night each path gets all."""
    place = PATTERNS.index(pattern)
    bodies = begin_with(place)
    path = fill(pattern, find_object(pattern))
    nobody, *known = find_callers(credentials, path)
    own = known if path.startswith("/admin/") else find_own(known, path)
    for client in own:
        send_some(client, path, bodies, place)
    strangers = [nobody, *(other for other in known if other not in own)]
    send_one(strangers[place % len(strangers)], path, bodies, place)
    if place % 2 and (unknown := fill(pattern, "-1")) != path:
        send_one(known[-1], unknown, bodies, place // 2)


@pytest.mark.night
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_caller_makes_a_fault_of_ours_by_any_method(credentials, pattern):
    bodies = begin_with(PATTERNS.index(pattern))
    for path in sorted({fill(pattern, value) for value in (find_object(pattern), "-1")}):
        for client in find_callers(credentials, path):
            send_all(client, path, bodies)


def begin_with(place: int) -> Iterator[tuple[str, bytes]]:
    """Repeat the bodies without end; each path begins with another."""
    return cycle(BODIES[place % len(BODIES) :] + BODIES)


def send_all(client: Client, path: str, bodies: Iterator[tuple[str, bytes]]) -> None:
    for method in METHODS:
        check(client.generic(method, path), method, path)
    for method in WITH_BODY:
        send_body(client, path, bodies, method)


def send_some(client: Client, path: str, bodies: Iterator[tuple[str, bytes]], place: int) -> None:
    """POST with a body, and another method: one that reads, that writes, or that hardly anybody uses."""
    send_body(client, path, bodies, "POST")
    if (method := OTHERS[place % len(OTHERS)]) in WRITING:
        send_body(client, path, bodies, method)
    else:
        check(client.generic(method, path), method, path)


def send_one(client: Client, path: str, bodies: Iterator[tuple[str, bytes]], place: int) -> None:
    """One that only reads, or one that writes with a body."""
    if place % 2:
        check(client.generic("GET", path), "GET", path)
    else:
        send_body(client, path, bodies, WRITING[place // 2 % len(WRITING)])


def send_body(client: Client, path: str, bodies: Iterator[tuple[str, bytes]], method: str) -> None:
    content_type, body = next(bodies)
    check(client.generic(method, path, body, content_type), method, path)


def check(answer, method: str, path: str) -> None:
    assert answer.status_code < 500 or path == "/readyz", (method, path, answer.status_code)
    if API.match(path):
        assert "text/html" not in answer.headers.get("Content-Type", ""), (method, path)


@pytest.mark.parametrize(
    "path", ["/v1/plans", "/v2/ledger/livechat", "/api/v01/plans", "/oauth/token/", "/v9"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_answer_of_an_api_is_kept_by_a_cache(path, method):
    answer = Client().generic(method, path)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/login/", "/admin/login/", "/docs/", "/docs/unibill/", "/no-page"])
def test_pages_ask_for_no_feature_and_serve_no_other_site(path):
    answer = Client().get(path, headers={"Accept": "text/html"})
    assert "camera=()" in answer["Permissions-Policy"]
    assert "payment=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/docs/", "/docs/unibill/", "/docs/openapi.json"])
def test_a_document_is_only_read(path):
    assert [Client().generic(method, path).status_code for method in ("OPTIONS", "POST")] == [405, 405]
