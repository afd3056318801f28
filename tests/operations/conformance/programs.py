"""Requests that are recorded for clients which are on no package index: as their sources send them.

The Go SDK, the billing demo and the Agent App SDK for Text; the reference of Billy; UniBill's sample.
"""

import json
from typing import Any

from tests.dialects.unibill import sample

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TYPES = {"json": "application/json", "xml": "application/xml", "xurl": FORM["Content-Type"]}
UNKNOWN = "00000000-0000-7000-8000-000000000000"
NEW = {"name": "Extension", "price": 1900, "return_url": "https://seller.example/back", "test": True}
DIRECT = NEW | {"quantity": 1, "commission_percent": 30, "payload": None}
RECURRENT = NEW | {"name": "Monthly app", "trial_days": 7, "commission_percent": 30}
BAD = {"name": "", "price": 1.5, "quantity": "2", "test": "yes"}
COLLECTED = {"status": "{{either:processed|success}}"}

Asked = dict[str, Any]


def ask(
    method: str, path: str, caller: str = "buyer", body: Any = "", *, free: Any = None, **headers: str
) -> Asked:
    """A request; `free` names fields of the answer that may be otherwise."""
    if isinstance(body, dict):
        body, headers = json.dumps(body), JSON | headers
    request = {"method": method, "path": path, "caller": caller, "headers": headers, "body": body}
    return {"request": request, "free": free or {}}


DEMO_FORM = "return_url=https://seller.example/back?tab=billing&name=Extension&price=125&quantity=1&test=1"


def write_text_v1() -> list[Asked]:
    """The billing demo, which activates on every page load, and reads its earnings."""
    charges = "/v1/direct_charge"
    one = f"{charges}/{{{{charge1}}}}"
    return [
        ask("POST", charges, body=DEMO_FORM, **{"Content-Type": "text/plain;charset=UTF-8"}),
        ask("PUT", f"{one}/activate"),
        ask("GET", f"{charges}?sort=desc"),
        ask("PUT", f"{one}/accept"),
        ask("PUT", f"{one}/accept", "confirming buyer"),
        ask("PUT", f"{one}/activate"),
        ask("PUT", f"{one}/activate", free=COLLECTED),
        ask("GET", one, free=COLLECTED),
        ask("GET", one, "nobody"),
        ask("GET", "/v1/ledger/balance", "seller"),
        ask("GET", "/v1/ledger/balance"),
    ]


def write_text(version: str) -> list[Asked]:
    """The Go SDK and the Agent App SDK in versions 2 and 3."""
    direct, recurrent = f"/{version}/direct_charge/livechat", f"/{version}/recurrent_charge/livechat"
    key = {"Idempotency-Key": "conformance-{{run}}"}
    return [
        ask("POST", direct, body=DIRECT, **key),
        ask("POST", direct, body=DIRECT, **key),
        ask("GET", f"{direct}/{{{{charge1}}}}"),
        ask("GET", f"{direct}?status=pending&page=1"),
        ask("PUT", f"{direct}/{{{{charge1}}}}/accept", "confirming buyer"),
        ask("PUT", f"{direct}/{{{{charge1}}}}/activate"),
        ask("PUT", f"{direct}/{{{{charge1}}}}/activate", free=COLLECTED),
        ask("POST", direct, body=DIRECT | {"return_url": None}),
        ask("PUT", f"{direct}/{{{{charge2}}}}/decline", "confirming buyer"),
        ask("PUT", f"{direct}/{{{{charge2}}}}/activate"),
        ask("POST", direct, body=BAD),
        ask("POST", direct, body=DIRECT | {"return_url": "https://elsewhere.example/back"}),
        ask("POST", direct, "nobody", DIRECT),
        ask("GET", f"{direct}/{UNKNOWN}"),
        ask("GET", f"{direct}?status=paid"),
        ask("POST", recurrent, body=RECURRENT),
        ask("PUT", f"{recurrent}/{{{{charge3}}}}/activate"),
        ask("PUT", f"{recurrent}/{{{{charge3}}}}/accept", "confirming buyer"),
        ask("PUT", f"{recurrent}/{{{{charge3}}}}/activate"),
        ask("GET", f"{recurrent}/{{{{charge3}}}}"),
        ask("GET", f"{recurrent}?status=active"),
        ask("GET", f"{direct}?recurrent_charge_id={{{{charge3}}}}"),
        ask("PUT", f"{recurrent}/{{{{charge3}}}}/cancel"),
        ask("PUT", f"{recurrent}/{{{{charge3}}}}/cancel"),
        ask("POST", recurrent, body=RECURRENT),
        ask("PUT", f"{recurrent}/{{{{charge4}}}}/decline", "confirming buyer"),
        ask("GET", "/v2/ledger/livechat/balance", "seller"),
        ask("GET", "/v2/ledger/livechat/balance"),
    ]


def write_billy() -> list[Asked]:
    """The examples of Billy's reference in an order in which they work."""
    subscribe = "customer_guid={{CU1}}&plan_guid={{PL1}}&payment_uri=/v1/marketplaces/TEST-MP1/cards/CC1"

    def company(method: str, path: str, body: str = "") -> Asked:
        return ask(method, f"/v1/{path}", "company", body, **(FORM if body else {}))

    return [
        ask("POST", "/v1/companies", "nobody", "processor_key=made-up-processor-key", **FORM),
        company("GET", "companies/{{CP1}}"),
        company("POST", "plans", "plan_type=charge&amount=500&frequency=monthly"),
        company("POST", "plans", "plan_type=other&amount=500&frequency=monthly"),
        company("GET", "plans/{{PL1}}"),
        company("GET", "plans"),
        ask("GET", "/v1/plans", "nobody"),
        company("POST", "customers"),
        company("GET", "customers/{{CU1}}"),
        company("GET", "customers?limit=x"),
        company("POST", "subscriptions", subscribe),
        company("GET", "subscriptions/{{SU1}}"),
        company("GET", "transactions"),
        company("GET", "transactions/{{TX1}}"),
        company("POST", "subscriptions/{{SU1}}/cancel", "prorated_refund=1"),
        company("POST", "subscriptions/{{SU1}}/cancel", "prorated_refund=1"),
        company("DELETE", "customers/{{CU1}}"),
        company("DELETE", "plans/{{PL1}}"),
    ]


def write_unibill(form: str) -> list[Asked]:
    """UniBill's sample in one of its formats; form pairs are answered with JSON."""
    accept = TYPES["xml"] if form == "xml" else TYPES["json"]
    bodies = {"json": sample.JSON, "xml": sample.XML, "xurl": sample.XURL}[form]

    def unibill(method: str, path: str, body: str = "") -> Asked:
        headers = {"Content-Type": TYPES[form]} if body else {}
        path = f"/api/v01/{path}".replace("[customer-id]", "{{customer}}")
        return ask(method, path, "unibill", make_unique(body), Accept=accept, **headers)

    plan = {
        "json": '{"code": "standard_monthly", "name": "Standard monthly", "amount": "1999"}',
        "xml": '<plan code="standard_monthly" name="Standard monthly" amount="1999"/>',
        "xurl": "code=standard_monthly&name=Standard+monthly&amount=1999",
    }
    (first, *rest) = [unibill(*step, body) for step, body in zip(sample.STEPS, bodies, strict=True)]
    return [
        unibill("PUT", "plans/~create", plan[form]),
        unibill("GET", "plans/*standard_monthly-{{run}}/~load"),
        first,
        unibill("PUT", "customers/~create", bodies[0]),
        unibill("GET", "customers/[customer-id]/~load"),
        unibill("GET", "customers/~find?code=customer1-{{run}}"),
        unibill("GET", "customers/nobody-{{run}}/~load"),
        ask("GET", "/api/v01/plans/~find", "nobody", Accept=accept),
        *rest,
        unibill("GET", "customers/[customer-id]/subscriptions/~find"),
        unibill("GET", "customers/[customer-id]/transactions/~find"),
        unibill("GET", "customers/[customer-id]/subscriptions/subscription1/~cancel"),
    ]


def make_unique(body: str) -> str:
    """Give the codes that a merchant may use once a part of their own in each run."""
    body = body.replace("2001", "{{account}}", 1)
    for code in ("customer1", "standard_monthly"):
        body = body.replace(code, f"{code}-{{{{run}}}}")
    return body


# The file of each program, its dialect and what it is of.
PROGRAMS: dict[str, tuple[str, str, Any]] = {
    "text-v1-demo": ("text", "billing demo, version 1", write_text_v1),
    "text-v2-sdk": ("text", "Go SDK and Agent App SDK, version 2", lambda: write_text("v2")),
    "text-v3-sdk": ("text", "Go SDK and Agent App SDK, version 3", lambda: write_text("v3")),
    "billy-reference": ("billy", "examples of Billy's reference", write_billy),
    "unibill-json": ("unibill", "UniBill's sample in JSON", lambda: write_unibill("json")),
    "unibill-xml": ("unibill", "UniBill's sample in XML", lambda: write_unibill("xml")),
    "unibill-form": ("unibill", "UniBill's sample as form pairs", lambda: write_unibill("xurl")),
}
