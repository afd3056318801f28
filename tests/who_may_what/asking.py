"""Ask for an operation as somebody, about a record of some tenant, and undo what it did."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.test.client import ClientHandler

from tests.who_may_what.kinds import Headers
from tests.who_may_what.operations import Operation
from tests.who_may_what.records import NAMED, fill_in, find_body, name_fixed, name_records

JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "application/xml"
FORMATS = {"v1": (JSON,), "v2": (JSON,), "v3": (JSON,), "api": (JSON, XML, FORM)}
BILLY = re.compile(r"v1/(companies|plans|customers|subscriptions|transactions|invoices)")
CHANGES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.IGNORECASE)
# Differ from one request to the next, whoever asks.
RANDOM = re.compile(
    r"""name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|'nonce-[^']+'|[\w-]{30,}:[\w-]{6}:[\w-]{40,}"""
    r"""|(?<![\w-])[0-9a-f]{32}(?![\w-])|\d{4}-\d\d-\d\d(T|\s)\d\d:\d\d(:\d\d)?(\.\d+)?Z?"""
)
UNCOMPARED = {"X-Request-ID", "Set-Cookie"}  # A cookie is compared by its name.


@dataclass(slots=True)
class Answer:
    """What came back, and what was written to the database meanwhile."""

    status: int
    headers: dict[str, str]
    body: str
    written: set[str] = field(default_factory=set)
    queries: int = 0

    @property
    def outcome(self) -> str:
        """Name the answer as the tables of this folder do: a status, or where the browser is sent first."""
        place = self.headers.get("Location", "")
        if self.status in (302, 303) and "/login/?next=" in place:
            return "log-in"
        if self.status == 302 and re.match(r"/admin/(second-factor|your-log-in)/", place):
            return "factor"
        return "303" if self.status == 302 else str(self.status)

    def compare(self, ids: Mapping[str, str]) -> tuple[Any, ...]:
        """Return what an answer tells, with the ids that were asked for by their names.

        Its length counts where no id is told back: ids have different lengths.
        """
        headers = {name: hide(value, ids) for name, value in self.headers.items() if name not in UNCOMPARED}
        body = hide(self.body, ids)
        headers["Content-Length"] = "" if body != self.body else self.headers.get("Content-Length", "")
        return self.status, headers, body


def hide(text: str, ids: Mapping[str, str]) -> str:
    """Replace ids by their names, and what is random."""
    text = RANDOM.sub("<random>", text)
    for name, value in sorted(ids.items(), key=lambda each: -len(each[1])):
        # A short number is an id only where a path or a field has it.
        pattern = rf"(?<=[/\"']){value}(?=[/\"'?&]|$)" if len(value) < 12 else re.escape(value)
        text = re.sub(pattern, f"<{name}>", text)
    return text


def list_formats(operation: Operation) -> tuple[str, ...]:
    """Return the media types that an operation reads."""
    if BILLY.match(operation.route):
        return (FORM,)
    return FORMATS.get(operation.route.partition("/")[0], (FORM,))


def ask(
    operation: Operation,
    headers: Headers,
    records: Mapping[str, str],
    *,
    format: str,
    spelling: int,
) -> Answer:
    """Send a request, and undo what it did."""
    path = write_path(operation, records, spelling)
    body = {name: fill_in(value, records) for name, value in find_body(operation).items()}
    content = "" if operation.method == "GET" else write_body(body, format, operation)
    send = {"Accept": "text/html"} if path.startswith("/?") else {}
    send |= headers
    request = RequestFactory().generic(operation.method, path, content, format, headers=send)
    caches["default"].clear()  # Else the requests of others would count.
    with undone() as seen:
        answer = read(load_server()(request.environ))
    answer.written = {table[2] for sql in seen if (table := CHANGES.match(sql))}
    answer.queries = len(seen)
    return answer


@cache
def load_server() -> ClientHandler:
    """Return the server; each new one would build the middleware again, which takes longer than a request."""
    return ClientHandler(enforce_csrf_checks=False)


def write_path(operation: Operation, records: Mapping[str, str], spelling: int = 0) -> str:
    """Return the path of an operation on records, in one of its spellings."""
    parts = name_fixed(operation) | {part: records[name] for part, name in name_records(operation).items()}
    route = operation.spellings[spelling % len(operation.spellings)]
    if "/~freeze" in route:
        route += "?length=1"
    for name in operation.parameters:
        route = route.replace(f"{{{name}}}", parts.get(name, "unknown"))
    return f"/{route}"


def write_body(said: dict[str, Any], kind: str, operation: Operation) -> str:
    """Return fields in a format; XML has one element whose name is that of the resource."""
    if kind == JSON:
        return json.dumps(said)
    if kind == FORM:
        return urlencode(said, doseq=True)
    many = re.findall(r"([a-z-]+)(?:/\{\w+\})?/~", operation.route) or ["plans"]
    element = many[-1].removesuffix("s")
    return f"<{element} " + " ".join(f"{k}={quoteattr(str(v))}" for k, v in said.items()) + "/>"


def name_ids(operation: Operation, records: Mapping[str, str]) -> dict[str, str]:
    """Return the ids that a request tells, by the names of their records."""
    said = {name for value in find_body(operation).values() for name in NAMED.findall(str(value))}
    return {name: records[name] for name in {*name_records(operation).values(), *said}}


def read(response: HttpResponseBase) -> Answer:
    """Return a response as it would have been sent."""
    body = response.getvalue()
    headers = dict(response.headers)
    headers["cookies"] = " ".join(sorted(response.cookies))
    return Answer(response.status_code, headers, body.decode(errors="replace"))


@contextmanager
def undone() -> Iterator[list[str]]:
    """Undo all that happens inside; yield the statements as they come."""
    statements: list[str] = []

    def note(execute: Any, sql: Any, *rest: Any) -> Any:
        statements.append(str(sql))
        return execute(sql, *rest)

    block = transaction.atomic()
    block._from_testcase = True  # For our code it is no transaction.
    with block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # As a transaction of its own begins.
        with connection.execute_wrapper(note):
            yield statements
        transaction.set_rollback(True)
