"""Every operation of the server: those of the OpenAPI documents, and all other paths."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from documentation.site import REFERENCES
from tests.billing_site.paths import list_patterns

PARAMETER = re.compile(r"\{(\w+)\}")
GUIDS = re.compile(r"/v1/(\w+?)ies/|/v1/(\w+?)s/")
# Which pool has the ids of a place in a path, where the pool is not called like the place.
POOLS = {"charge_id": "charge", "guid": "plan_guid"}
OF_SELLER = re.compile(r"/v3/(webhook|event|test/|payout|balance|statement)|/v\d/ledger|refund")
OF_MARKETPLACE = re.compile(r"/v3/card|/(accept|decline)$")
# Fields of the doors that no document describes and no form shows.
FORM = "application/x-www-form-urlencoded"
TOKEN = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://seller.example/oauth"}
TOKEN |= {"client_id": "<<client_id.0>>", "client_secret": "x", "code_verifier": "y", "refresh_token": "z"}
FIELDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "/oauth/token/": (FORM, TOKEN),
    "/v2/token": (FORM, TOKEN),
    "/oauth/revoke_token/": (FORM, {"token": "x", "token_type_hint": "access_token"}),
    "/oauth/introspect/": (FORM, {"token": "x"}),
    "/hooks/sandbox/": ("application/json", {"type": "x"}),
    "/hooks/stripe/": (
        "application/json",
        {"id": "evt_1", "type": "charge.succeeded", "data": {"object": {}}},
    ),
    "/hooks/gocardless/": ("application/json", {"events": [{"id": "EV1", "action": "x", "links": {}}]}),
    "/hooks/mail/": (
        "application/json",
        {"RecordType": "Bounce", "Type": "HardBounce", "Email": "a@b.example"},
    ),
    "/language/": (FORM, {"language": "de", "next": "/"}),
    "/login/": (FORM, {"username": "a", "password": "b", "next": "/"}),
    "/admin/login/": (FORM, {"username": "a", "password": "b", "next": "/admin/"}),
    "/console/sign-up/": (
        FORM,
        {"email": "a@b.example", "organization_name": "A", "country": "NL", "password": "x"},
    ),
}


@dataclass(frozen=True)
class Operation:
    """One way to ask: where, by whom, and which fields it takes."""

    door: str
    method: str
    path: str  # With <<pool.0>> for its parameters.
    caller: str
    query: tuple[str, ...] = ()
    fields: Mapping[str, Any] | None = None
    types: tuple[str, ...] = ()


@cache
def list_operations() -> dict[str, list[Operation]]:
    """Return the operations of each door: three dialects, OAuth and hooks, pages, the admin."""
    doors: dict[str, list[Operation]] = {name: [*list_described(name)] for name in REFERENCES}
    described = {path.rstrip("/") for each in doors.values() for path in (place.path for place in each)}
    for operation in list_others():
        if operation.path.rstrip("/") not in described:
            doors.setdefault(operation.door, []).append(operation)
    return doors


def list_described(name: str) -> Iterator[Operation]:
    """The operations of an OpenAPI document, with fields of its schemas."""
    document = REFERENCES[name].document
    for method, path, operation in REFERENCES[name].operations:
        content = operation.get("requestBody", {}).get("content", {})
        schema = next((media["schema"] for media in content.values()), None)
        names = [part["name"] for part in operation.get("parameters", ()) if part["in"] == "query"]
        yield Operation(
            door=name,
            method=method,
            path=write_place(path),
            caller=find_caller(name, path),
            query=tuple(names),
            fields=make_sample(document, schema) if schema else None,
            types=tuple(content),
        )


def list_others() -> Iterator[Operation]:
    """Paths of the URL configuration that no document describes; each is read and written to."""
    hooks = {"/hooks/stripe/", "/hooks/gocardless/", "/hooks/sandbox/"}
    for pattern in sorted({*list_patterns(), *hooks}):
        if re.match(r"/(v1|v3|api)(/|$)", pattern):
            continue
        path, door = write_place(pattern), find_door(pattern)
        kind, fields = FIELDS.get(pattern, ("", None))
        caller = find_caller(door, pattern)
        yield Operation(door, "GET", path, caller, ("page", "q", "next", "id", "month", "status"))
        yield Operation(door, "POST", path, caller, (), fields, (kind,) if kind else ())


def find_door(path: str) -> str:
    """Return the door of a path that no document describes."""
    if path.startswith("/admin"):
        return "admin"
    if re.match(r"/(hooks|oauth/(token|revoke|introspect)|v2|healthz|readyz|metrics|\.well)", path):
        return "oauth and hooks"
    return "pages"


def find_caller(door: str, path: str) -> str:
    """Return who is let in there."""
    if door == "text":
        seller = "owner" if OF_SELLER.search(path) else "buyer"
        return "marketplace" if OF_MARKETPLACE.search(path) else seller
    callers = {"billy": "company", "unibill": "shop", "admin": "admin", "oauth and hooks": "client"}
    pages = "page of owner" if path.startswith("/console") else "page of buyer"
    return callers.get(door, pages)


def write_place(path: str) -> str:
    """Return the path with the pools that its ids are taken from."""
    return PARAMETER.sub(lambda found: f"<<{find_pool(path, found[1])}.0>>", path)


def find_pool(path: str, name: str) -> str:
    """Return the pool of a parameter of a path."""
    if name == "guid":
        kind = path.removeprefix("/v1/").partition("/")[0].rstrip("s").replace("companie", "company")
        return f"{kind}_guid"
    if name == "charge_id":
        return "subscription" if "recurrent" in path else "charge"
    if name == "public_id":
        return find_pool_of_page(path)
    return "sign_up" if name == "object_id" and "/signup/" in path else name


def find_pool_of_page(path: str) -> str:
    """Return the pool of the object of a page."""
    pools = {
        "cards": "card_id",
        "payments": "charge",
        "subscriptions": "subscription",
        "payouts": "payout_id",
    }
    pools |= {
        "charges": "charge",
        "webhooks": "endpoint_id",
        "test-buyers": "buyer_id",
        "invoices": "invoice_id",
    }
    return next((pool for word, pool in pools.items() if f"/{word}/" in path), "charge")


def make_sample(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return fields that the schema allows."""
    return {
        name: make_value(document, name, field)
        for name, field in resolve(document, schema).get("properties", {}).items()
    }


def make_value(document: dict[str, Any], name: str, schema: dict[str, Any]) -> Any:
    """Return a value for a field; one that has a pool is an id of the marketplace."""
    schema = resolve(document, schema)
    if name in ("plan_guid", "customer_guid", "planId", "paymentOptionId", "accountId"):
        return f"<<{POOLS_OF_FIELDS.get(name, name)}.0>>"
    if name in SAMPLES:
        return SAMPLES[name]
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    return {"integer": 5, "number": 5, "boolean": True, "array": [], "object": {}}.get(kind, "a")


POOLS_OF_FIELDS = {"planId": "plan_id", "paymentOptionId": "payment_option_id"}
SAMPLES = {
    "accountNumber": "4111111111111111",
    "accountAccessory": "0432",
    "csc": "999",
    "return_url": "https://seller.example/back",
    "url": "https://seller.example/webhooks",
    "reason": "It did not work.",
    "to": "2027-01-01T00:00:00Z",
    "since": "2026-11-28T00:00:00Z",
    "until": "2026-11-29T00:00:00Z",
    "amount": 5,
    "price": 100,
    "payment_uri": "tok_test_approve",
    "frequency": "monthly",
}


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references of a schema."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in schema.get("allOf", ()):
        schema = {**resolve(document, part), **schema}
    return schema
