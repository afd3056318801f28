"""Companies that registered, and what it takes to call the API as any of them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from core import clock
from tests.dialects.billy.described import check_described

START = datetime(2013, 8, 16, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
UNKNOWN = {prefix: f"{prefix}Ch6Mi3xwWyJ9DzdwyCqnAm" for prefix in ("CP", "CU", "PL", "SU", "TX", "IV")}


def basic(user: str, password: str = "") -> str:
    """The header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def call(
    method: str,
    path: str,
    key: str | None = None,
    parameters: Any = None,
    *,
    body: bytes | None = None,
    content_type: str = FORM,
    **headers: str,
) -> Any:
    """Send a request; parameters go into the query of GET and HEAD and into the body of all others.

    The answer must be one that the OpenAPI document describes.
    """
    if key is not None:
        headers["Authorization"] = basic(key)
    if method in ("GET", "HEAD") and parameters:
        path, parameters = f"{path}?{urlencode(parameters)}", None
    if body is None:
        body = urlencode(parameters or {}).encode()
    response = _client().generic(method, path, body, content_type=content_type, headers=headers)
    check_described(method, path, response)
    return response


@cache
def _client() -> Client:
    return Client()


class Company:
    """A company as its own program sees it."""

    def __init__(self, processor_key: str = "made-up-processor-key") -> None:
        self.shown = ok(call("POST", "/v1/companies", None, {"processor_key": processor_key}))
        self.guid, self.key = self.shown["guid"], self.shown["api_key"]

    def get(self, path: str, **parameters: Any) -> Any:
        return call("GET", f"/v1/{path}", self.key, parameters)

    def post(self, path: str, parameters: Any = None, **options: Any) -> Any:
        return call("POST", f"/v1/{path}", self.key, parameters, **options)

    def delete(self, path: str) -> Any:
        return call("DELETE", f"/v1/{path}", self.key)

    def customer(self, **parameters: Any) -> dict[str, Any]:
        return ok(self.post("customers", parameters))

    def plan(self, **parameters: Any) -> dict[str, Any]:
        """10.00 a week, charged."""
        defaults = {"plan_type": "charge", "amount": 1000, "frequency": "weekly"}
        return ok(self.post("plans", defaults | parameters))

    def subscribe(self, customer: Any = None, plan: Any = None, **parameters: Any) -> Any:
        """Ask for a subscription; return the answer as it is."""
        guids = {
            "customer_guid": (customer or self.customer())["guid"],
            "plan_guid": (plan or self.plan())["guid"],
        }
        return self.post("subscriptions", guids | parameters)

    def subscription(self, customer: Any = None, plan: Any = None, **parameters: Any) -> dict[str, Any]:
        return ok(self.subscribe(customer, plan, **parameters))

    def cancel(self, subscription: Any, **parameters: Any) -> Any:
        return self.post(f"subscriptions/{subscription['guid']}/cancel", parameters)

    def items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        return ok(self.get(path, **parameters))["items"]

    def transactions(self, subscription: Any) -> list[dict[str, Any]]:
        return self.items(f"subscriptions/{subscription['guid']}/transactions")


def ok(response: Any) -> Any:
    """What a request that went well was answered."""
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"
    return response.json()


@contextmanager
def later(**delta: float) -> Iterator[datetime]:
    """The clock stands this much after START."""
    with clock.travel_to(START + timedelta(**delta)):
        yield clock.now()


def iso(instant: datetime) -> str:
    """An instant as Billy writes it."""
    return instant.replace(tzinfo=None).isoformat()
