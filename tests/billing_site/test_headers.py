"""Whatever stands in a header, the answer is no fault of ours (5xx), on every door."""

import base64

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from access.api_keys import issue_api_key
from billing_site.wsgi import Utf8Request, application
from operations.factories import AccountFactory, MerchantFactory, ServiceUserFactory, UserFactory
from tests.access.oauth import flow
from tests.service_users import basic
from tests.tokens import issue_test_token

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
BODIES = {
    FORM: b"grant_type=refresh_token&refresh_token=r&token=t&name=Extension&price=100&quantity=2",
    MULTIPART: b'--x\r\nContent-Disposition: form-data; name="name\xe9"\r\n\r\n\xe9\xff\r\n--x--\r\n',
}
PUBLIC = [
    ("GET", "/?q=%C3%A9"),
    ("GET", "/healthz"),
    ("GET", "/docs/openapi.json"),
    ("POST", "/login/?next=/account/%C3%A9"),
    ("POST", "/oauth/token/"),
    ("POST", "/oauth/revoke_token/"),
    ("POST", "/oauth/introspect/"),
    ("GET", "/no-such-path?q=%C3%A9"),
]
BEARER = [
    ("GET", "/v1/direct_charge?status=succ%65ss"),
    ("POST", "/v2/recurrent_charge/livechat"),
    ("GET", "/v1/ledger?page=%31"),
]
COMPANY = [("GET", "/v1/plans?offset=%30"), ("POST", "/v1/customers")]
SERVICE_USER = [("GET", "/api/v01/plans?limit=%31"), ("PUT", "/api/v01/customers/~create")]
BROWSER = [
    ("GET", "/account/?page=%31"),
    ("POST", "/oauth/authorize/"),
]
STAFF = [("GET", "/admin/charges/charge/?q=%C3%A9")]
TEXTS = ["", "a\0b", "\xff\xfe", "\xc3\xa9", ",;=:/", "x" * 8000]
CREDENTIALS = [
    *(b":", b"\0:\0", b"a\0b:c", b"a:b\0", b"%00:%00", b"a%00:b", b"%ff:%zz", b"\xff:\xfe"),
    *(b"\xc3\xa9:\xed\xa0\x80", b"nocolon\0", b"x" * 6000, b"api-shop:" + b"y" * 6000),
]
CHARSETS = ["hex", "undefined", "rot13", "idna", "utf-16", "\xe9", "x" * 5000]
HEADERS = {
    "Authorization": [
        *("Basic", "Basic !", "Basic a", "Bearer a\0", "Digest a=b"),
        *("Basic " + base64.b64encode(credentials).decode() for credentials in CREDENTIALS),
    ],
    "Content-Type": [
        *(f"{kind}; charset={charset}" for kind in BODIES for charset in CHARSETS),
        *("multipart/form-data", "multipart/form-data; boundary=\xe9", "application/json; charset", "/"),
        *(f"multipart/form-data; boundary*={value}" for value in ("utf-8''%ff", "hex''00", "x''x")),
    ],
    "Cookie": ["sessionid=\0", "csrftoken=\xff; sessionid=\xc3\xa9", "=;=", "messages=x:y:z"],
    "Accept": [
        "*/*;q=x",
        "application/xml;q=" + "9" * 500,
        "a/b/c",
        "html",
        "text/html; q*=x''1",
        "a/b; a=\"c, d/e; q*=x''1\"",
    ],
    "Accept-Language": ["de;q=1e400", "en-" * 1000],
    "Host": ["[::1", "127.0.0.1:99999999", "localhost."],
    "X-Forwarded-For": ["192.0.2.1, \0", ",,,", "::1%eth0"],
    "X-Request-ID": ["a\nb"],
    "Origin": ["null", "http://[", "http://a:b", "https://127.0.0.1:99999999"],
    "Referer": ["http://[", "http://a:b"],
    "Content-Length": ["x", "-1", "\xb2", "9" * 5000, "1_0"],
    "If-Modified-Since": ["Mon, 99 Foo 99999 99:99:99 GMT"],
    "Idempotency-Key": ["a,b", "x" * 256, '"\\"'],
    "X-CSRFToken": [],
    "User-Agent": [],
}


@pytest.fixture(autouse=True)
def _requests_as_the_server_makes_them(monkeypatch):
    """Django's test client makes its own."""
    assert application.request_class is Utf8Request
    monkeypatch.setattr("django.test.client.WSGIRequest", Utf8Request)


@pytest.fixture
def doors(db):
    """Each door with a client that it lets in."""
    merchant = MerchantFactory()
    ServiceUserFactory(username="api-shop", merchants=[merchant])
    account, app = AccountFactory(), flow.ClientFactory()
    token = issue_test_token(account, app, "billing_manage ledger_read")
    browser, staff = flow.browser_of(account), make_client()
    staff.force_login(UserFactory(superuser=True))
    browser.raise_request_exception = False
    groups = [
        (make_client(), PUBLIC),
        (make_client(Authorization=f"Bearer {token}"), BEARER),
        (make_client(Authorization=basic(issue_api_key(merchant), "")), COMPANY),
        (make_client(Authorization=basic()), SERVICE_USER),
        (browser, BROWSER),
        (staff, STAFF),
    ]
    return [(client, *door) for client, group in groups for door in group]


def make_client(**headers):
    return Client(headers=headers, raise_request_exception=False)


def send(client, method, path, name, value):
    cache.clear()
    kind = value if name == "Content-Type" else FORM
    body = BODIES[MULTIPART if "multipart" in kind else FORM] if method != "GET" else b""
    own = ("Content-Type", "Content-Length")  # Not HTTP_ in the environment.
    named = {name.upper().replace("-", "_"): value} if name in own else {}
    sent = {"CONTENT_TYPE": kind} | named
    headers = {} if name in own else {name: value}
    return client.generic(method, path, body, content_type=kind, headers=headers, **sent)


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("name", HEADERS)
def test_no_header_makes_a_door_fail(doors, name, every):
    """Each door gets an eighth of the values, the next door the next eighth; at night each gets all."""
    values = [*HEADERS[name], *TEXTS]
    answers = {
        (method, path, value[:80]): send(client, method, path, name, value).status_code
        for place, (client, method, path) in enumerate(doors, start=[*HEADERS].index(name))
        for value in values[place % every :: every]
    }
    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


def test_a_query_is_utf_8_whatever_charset_the_body_has():
    environ = RequestFactory()._base_environ(QUERY_STRING="q=%C3%A9", CONTENT_TYPE=f"{FORM}; charset=latin-1")
    assert Utf8Request(environ).GET["q"] == "é"
