"""A small Billy database as CSV files: one company, a customer, a monthly plan and a subscription of it."""

import csv
import itertools
import uuid
from pathlib import Path
from typing import Any

from core.base58 import encode_base58

KEY = "6yKDGrBxcqGwhMYPzsRBjuEC35bQbqGhUVeyQXCNb7xF"
_numbers = itertools.count(1)


def guid(kind: str) -> str:
    """A guid as Billy makes them: of a time-based UUID."""
    return kind + encode_base58(uuid.uuid1(node=next(_numbers)).int)


class Dump:
    """Rows of each table by column, to be changed by a test and written to a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.company = self.add_company()
        self.customer = self.add_customer()
        self.plan = self.add_plan()
        self.subscription = self.add_subscription()

    def add_company(self, **values: Any) -> dict[str, Any]:
        key = KEY if "company" not in self.tables else f"key-{next(_numbers)}-of-another-company"
        defaults = {"name": "", "api_key": key, "processor_key": "processor-key"}
        return self._add("company", "CP", **(defaults | values))

    def add_customer(self, **values: Any) -> dict[str, Any]:
        defaults = {"company_guid": self.company["guid"], "external_id": "/v1/customers/known"}
        return self._add("customer", "CU", **(defaults | values))

    def add_plan(self, **values: Any) -> dict[str, Any]:
        defaults = {"company_guid": self.company["guid"], "plan_type": 0, "frequency": 2, "interval": 1}
        return self._add("plan", "PL", **(defaults | {"amount": 1000, "name": ""} | values))

    def add_subscription(self, **values: Any) -> dict[str, Any]:
        """Started on the last day of October, billed three times, next on the last day of January."""
        defaults = {
            "customer_guid": self.customer["guid"],
            "plan_guid": self.plan["guid"],
            "payment_uri": "",
            "amount": "",
            "period": 3,
            "canceled": "f",
            "canceled_at": "",
            "started_at": "2026-10-31 10:00:00.25",
            "next_transaction_at": "2027-01-31 10:00:00.25",
        }
        return self._add("subscription", "SU", **(defaults | values))

    def add_transaction(self, status: Any) -> dict[str, Any]:
        return self._add("transaction", "TX", subscription_guid=self.subscription["guid"], status=status)

    def write(self) -> Path:
        for name, rows in self.tables.items():
            with (self.folder / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return self.folder

    def _add(self, table: str, kind: str, /, **values: Any) -> dict[str, Any]:
        times = {"created_at": "2026-10-31 09:00:00", "updated_at": "2026-11-02 03:04:05.000006"}
        row = {"guid": guid(kind), "deleted": "f"} | times | values
        self.tables.setdefault(table, []).append(row)
        return row
