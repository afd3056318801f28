"""A merchant's program at the counter: it asks in any format and reads the answers."""

import json
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from django.test import Client

from customers.models import Merchant
from operations.factories import MerchantFactory, ServiceUserFactory
from tests.service_users import basic

BASE = "/api/v01/"
TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "xurl": "application/x-www-form-urlencoded",
}
JOHN = {"code": "customer1", "firstName": "John", "lastName": "Smith"}
CARD = {"accountNumber": "4111111111111111", "accountAccessory": "0432", "csc": "999"}
BANK_ACCOUNT = {"type": "BC", "accountNumber": "4099999992", "accountAccessory": "021000021"}
STANDARD = {"code": "standard_monthly", "name": "Standard monthly", "amount": "1999"}
DECLINED_CARD = CARD | {"accountNumber": "4000000000009995"}
STOLEN_CARD = CARD | {"accountNumber": "4000000000000002"}
SILENT_CARD = CARD | {"accountNumber": "4000000000000119"}
UNREACHABLE_CARD = CARD | {"accountNumber": "4000000000000150"}


def write(fields: dict[str, Any], element: str, how: str) -> str:
    """What is sent, in one of the three formats."""
    if how == "json":
        return json.dumps(fields)
    if how == "xml":
        return f"<{element} " + " ".join(f"{k}={quoteattr(str(v))}" for k, v in fields.items()) + "/>"
    return urlencode(fields)


class Shop:
    """A service user and its merchant accounts."""

    def __init__(self, *merchants: Merchant, username: str = "api-shop") -> None:
        self.merchant = merchants[0] if merchants else MerchantFactory()
        ServiceUserFactory(merchants=merchants or [self.merchant], username=username)
        self.client = Client(headers={"Authorization": basic(username)})

    def send(self, method: str, path: str, body: str = "", kind: str = "", **headers: str) -> Any:
        """Ask, and return the response."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, BASE + path, body, kind, headers=names)

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Any:
        """Ask in JSON, and return the answer, which must be a success."""
        response = self.send(method, path, json.dumps(fields or {}), TYPES["json"], **headers)
        assert response.status_code == 200, (method, path, response.content)
        return response.json()

    def refuse(self, method: str, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Any:
        """Ask in JSON for what is refused, and return status, failure code and field."""
        response = self.send(method, path, json.dumps(fields or {}), TYPES["json"], **headers)
        said = response.json()
        return response.status_code, said["failureCode"], said.get("field")

    def put(self, path: str, **fields: Any) -> Any:
        """Create something."""
        return self.ask("PUT", path, fields)

    def post(self, path: str, **fields: Any) -> Any:
        """Modify or process something."""
        return self.ask("POST", path, fields)

    def get(self, path: str, **fields: Any) -> Any:
        """Load, find, cancel, freeze or reverse something."""
        return self.ask("GET", path + ("?" + urlencode(fields) if fields else ""))

    def add_customer(self, **fields: Any) -> str:
        """Make a customer and return its path."""
        return f"customers/{self.put('customers', **(JOHN | fields))['id']}"

    def subscribe(self, at: str, **fields: Any) -> dict[str, Any]:
        """A card, the standard plan, and a subscription to it."""
        if not self.get("plans"):
            self.put("plans", **STANDARD)
        card = self.put(f"{at}/payment-options", **(fields.pop("card", CARD)))
        terms = {"type": "P", "planId": "*standard_monthly", "paymentOptionId": card["id"]}
        return self.put(f"{at}/subscriptions", **(terms | fields))
