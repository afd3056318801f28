"""Makes recordings: asks a server, and puts placeholders where an answer differs from run to run."""

import json
import re
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import requests

from operations.conformance.recordings import Answer, Request
from operations.conformance.replay import Deployment, read_answer
from operations.conformance.templates import KINDS, OPTIONAL, fill

UUID = re.compile(KINDS["uuid"])
GUID = re.compile(KINDS["guid"])
INSTANT = re.compile(KINDS["instant"])
DAY = re.compile(KINDS["day"])
PROCESSORS = re.compile(r"sbx_.*|/v1/customers/CU[0-9a-f]{22}")  # What the processor calls something.
# Who takes part and what a sale costs are the deployment's own.
TENANTS = {"buyer_entity_id", "order_entity_id", "seller_client_id", "order_client_id", "order_license_id"}
FIGURES = {"balance", "commission_percent"}
SECRETS = {"approvalCode", "gatewayTransactionId", "token", "tokenCode", "responseMessage"}
# From the first of these on, a recording moves money where the processor is no sandbox.
MONEY = {("POST", "/v1/subscriptions"), ("PUT", "/payment-options/~create")}


class Recorder:
    """Keeps the steps of one recording and the names of the values that came up."""

    def __init__(self, deployment: Deployment, *, base: str) -> None:
        self.deployment, self.base = deployment, base
        self.known = deployment.begin()
        self.names: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.steps: list[dict[str, Any]] = []
        self.moves_money = False

    def ask(self, request: dict[str, Any], free: dict[str, str]) -> None:
        """Send a request of a program and record the answer."""
        asked = Request(**request)
        response = requests.request(
            asked.method,
            self.deployment.url + fill(asked.path, self.known),
            data=fill(asked.body, self.known).encode(),
            headers=asked.headers | self.deployment.authorize(asked.caller, self.known),
            timeout=30,
            allow_redirects=False,
        )
        self.keep(asked, read_answer(response), free)

    def keep(self, asked: Request, found: Answer, free: dict[str, str] | None = None) -> None:
        """Record an exchange."""
        asked = replace(asked, body=asked.body.replace(self.known["return_url"], "{{return_url}}"))
        body = self.mask(found.body, "", asked.path)
        headers = {name: self.mask(value, name, asked.path) for name, value in found.headers.items()}
        answer = asdict(Answer(found.status, headers, body | free if free else body))
        place = (asked.method, asked.path)
        self.moves_money |= any(place[0] == method and place[1].endswith(end) for method, end in MONEY)
        step = {"request": {name: value for name, value in asdict(asked).items() if value}, "answer": answer}
        self.steps.append(step | ({"moves_money": True} if self.moves_money else {}))

    def mask(self, value: Any, key: str, path: str) -> Any:
        """Return a value with placeholders."""
        if isinstance(value, dict):
            # Earlier trials of the same thing shorten a trial, and then it says so.
            free = {"trial_seconds": OPTIONAL} if "trial_days" in value else {}
            return {name: self.mask(each, name, path) for name, each in value.items()} | free
        if isinstance(value, list):
            return [self.mask(each, key, path) for each in value]
        if type(value) is int:
            return self._mask_number(value, key, path)
        return self._mask_text(value, key, path) if isinstance(value, str) else value

    def _mask_number(self, value: int, key: str, path: str) -> Any:
        if path.startswith("/api/v01/"):
            return self._mask_id(value, key, path, "number")
        if key == "buyer_license_id":
            return f"{{{{number:{key}}}}}"
        return "{{number}}" if key in FIGURES else value

    def _mask_id(self, value: Any, key: str, path: str, kind: str) -> Any:
        """UniBill's ids are numbers; those of different kinds may be the same."""
        if key == "id" and path.endswith(("/plans/~create", "/customers/~create")):
            name = path.split("/")[-2].removesuffix("s")
            self.known.setdefault(name, str(value))
            return f"{{{{{kind}:{name}}}}}"
        if key in ("accountId", "customerId", "planId"):
            return f"{{{{{kind}:{key.removesuffix('Id')}}}}}"
        return f"{{{{{kind}}}}}" if key == "id" or key.endswith("Id") else value

    def _mask_text(self, value: str, key: str, path: str) -> str:
        if key in TENANTS:
            return f"{{{{text:{key}}}}}"
        if path.startswith("/api/v01/"):
            value = self._mask_unibill(value, key, path)
        elif key == "api_key":
            self._learn(value, "key", "key")
        elif key == "external_id" and PROCESSORS.fullmatch(value):
            return "{{text}}"
        for uuid in UUID.findall(value):
            self._learn(uuid, "uuid", self._count("charge") if key == "id" else key)
        for guid in GUID.findall(value):
            self._learn(guid, "guid", self._count(guid[:2]))
        for found, name in self.names.items():
            value = value.replace(found, name)
        value = value.replace(self.known["return_url"], "{{return_url}}")
        value = INSTANT.sub("{{instant}}", value.replace(self.base, "{{text:base}}"))
        return value.replace(self.known["run"], "{{run}}")

    def _mask_unibill(self, value: str, key: str, path: str) -> str:
        if key in SECRETS or (key == "code" and value.isdigit()):
            return "{{text}}"
        if key == "creatorCode" and value.startswith("service:"):
            return "service:{{text}}"
        if key in ("dueDate", "nextBillingDate") and value < "2035" and DAY.fullmatch(value):
            return "{{day}}"
        return str(self._mask_id(value, key, path, "digits")) if value.isdigit() else value

    def _count(self, word: str) -> str:
        return word + str(self.counts[word] + 1)

    def _learn(self, value: str, kind: str, name: str) -> None:
        if value not in self.names:
            self.counts[name.rstrip("0123456789")] += 1
            self.names[value], self.known[name] = f"{{{{{kind}:{name}}}}}", value


def write_recording(*, dialect: str, client: str, steps: list[dict[str, Any]]) -> str:
    """Return the content of a recording's file."""
    return json.dumps({"dialect": dialect, "client": client, "steps": steps}, indent=1) + "\n"
