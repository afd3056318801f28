"""How parameters are read, and what comes of those that cannot be."""

import json

import pytest

from customers.models import Customer
from tests.dialects.billy.world import FORM, Company, call, ok

pytestmark = pytest.mark.slow

BOUNDARY = "made-up-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(*fields: tuple[str, str], end: str = "--") -> bytes:
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    )
    return f"{parts}--{BOUNDARY}{end}\r\n".encode()


def create(company: Company, query: str = "", body: bytes = b"", content_type: str = FORM):
    return call("POST", f"/v1/customers{query}", company.key, body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("query", "body", "content_type"),
    [
        ("?external_id=first", b"external_id=second", FORM),
        ("?external_id=first&external_id=second", b"", FORM),
        ("", b"external_id=first&external_id=second", FORM),
        ("", b"external_id=first", f"{FORM}; charset=utf-8"),
        ("", b"external_id=first", FORM.upper()),
        ("", multipart(("external_id", "first"), ("external_id", "second")), MULTIPART),
        ("?external_id=first", multipart(("external_id", "second")), MULTIPART),
        ("?external_id=first", b"{not json", "application/json"),
        ("?external_id=first&unknown=1", b"and=2", FORM),
    ],
)
def test_the_first_value_counts_and_the_query_comes_first(company, query, body, content_type):
    assert ok(create(company, query, body, content_type))["external_id"] == "first"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps({"external_id": "x"}).encode(), "application/json"),
        (b"external_id=x", "text/plain"),
        (b"external_id=x", ""),
        (b"<external_id>x</external_id>", "application/xml"),
        (b"\xff\x00", "application/octet-stream"),
    ],
)
def test_a_body_that_is_not_a_form_counts_for_nothing(company, body, content_type):
    assert ok(create(company, "", body, content_type))["external_id"] is None


def test_a_company_in_json_lacks_its_processor_key(db):
    body = json.dumps({"processor_key": "x"}).encode()
    response = call("POST", "/v1/companies", None, body=body, content_type="application/json")
    assert response.status_code == 400
    assert "This field is required." in response.content.decode()


@pytest.mark.parametrize(
    ("query", "body", "content_type"),
    [
        ("", b"external_id=%00", FORM),
        ("", b"external_id=a\0b", FORM),
        ("", b"a%00=1", FORM),
        ("", b"external_id=%ff", FORM),
        ("", b"external_id=\xff", FORM),
        ("", b"external_id=%ed%a0%80", FORM),
        ("", b"&".join(b"a%d=1" % number for number in range(101)), FORM),
        ("?" + "&".join(f"a{number}=1" for number in range(101)), b"", FORM),
        ("", multipart(("external_id", "a\0b")), MULTIPART),
        ("", multipart(("external_id", "x")).replace(b"x", b"\xff"), MULTIPART),
        ("", multipart(*[(f"a{number}", "1") for number in range(101)]), MULTIPART),
        ("", b"external_id=x", "multipart/form-data"),
        ("", b"external_id=x", "multipart/form-data; boundary=" + "b" * 300),
        ("", multipart(("external_id", "x")) + b"\xff\xfe", MULTIPART),
        ("", b"external_id=" + b"x" * 65_000, FORM),
        ("", b"external_id=" + "ö".encode() * 129, FORM),
    ],
)
def test_what_cannot_be_read_or_kept_is_refused_and_makes_nothing(company, query, body, content_type):
    response = create(company, query, body, content_type)
    assert response.status_code == 400
    assert response.content.decode().startswith("400 Bad Request\n\n")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"&&&", b"=", b"=x", b"external_id", b"a;b", b"%", b"%zz=%zz", multipart(), b"\r\n"]
)
@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_odd_bodies_never_break_anything(company, body, content_type):
    assert create(company, "", body, content_type).status_code in (200, 400)


NONSENSE = [
    "", " ", "\t", "0", "-1", "1" * 400, "é", "日本語", "🙂", "'; DROP TABLE x;--", "{}", "[]", "null",
    "true", "NaN", "1e400", "../../etc/passwd", "%00", "<b>", "\r\nX: y", "\u202e", "\ufeff", "a" * 5000,
]  # fmt: skip
CALLS = {
    "/v1/companies": ("processor_key", "invitation"),
    "/v1/customers": ("external_id",),
    "/v1/plans": ("plan_type", "frequency", "amount", "interval"),
    "/v1/subscriptions": ("customer_guid", "plan_guid", "payment_uri", "amount", "started_at"),
    "/v1/subscriptions/{guid}/cancel": ("prorated_refund", "refund_amount"),
}


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("path", CALLS)
def test_nonsense_in_any_parameter_is_answered_in_billys_words(company, path, every, settings):
    """A parameter gets a third of it, the next parameter the next third; at night each gets all."""
    settings.CARDS_PER_CUSTOMER = settings.CARDS_PER_CALLER = settings.TRIES_PER_CARD = 1_000
    good = {"plan_type": "charge", "frequency": "daily", "amount": "5", "processor_key": "made-up"}
    customer, plan = company.customer(), company.plan()
    for number, name in enumerate(CALLS[path], [*CALLS].index(path)):
        for value in NONSENSE[number % every :: every]:
            later = {"started_at": "2100-01-01T00:00:00"}  # Nothing to collect, which takes time.
            place = path
            if "{" in path:
                place = path.format(guid=company.subscription(customer, plan, **later)["guid"])
            guids = {"customer_guid": customer["guid"], "plan_guid": plan["guid"]}
            response = call("POST", place, company.key, good | guids | {name: value})
            assert response.status_code in (200, 400), (name, value)
            kind = "application/json" if response.status_code == 200 else "text/plain"
            assert response.headers["Content-Type"] == f"{kind}; charset=UTF-8"


@pytest.mark.parametrize(
    "guid",
    ["CU", "CU1", "cu123", "CU0OIl", "CU" + "z" * 22, "CU" + "z" * 62, "CU" + "2" * 5000, "x", "%20", "é",
     "C U", "..", "CU-", "CU+1", "CU1_0", "PL11"],
)  # fmt: skip
def test_what_is_no_guid_is_not_found(company, guid):
    for path in (f"customers/{guid}", f"customers/{guid}/subscriptions"):
        assert company.get(path).status_code == 404
    assert company.delete(f"customers/{guid}").status_code == 404
    keyed = company.post(f"subscriptions/{guid}/cancel", None, **{"Idempotency-Key": "k"})
    assert keyed.status_code == 404
