"""Every answer that a test of this dialect gets is one that the OpenAPI document describes."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from dialects.billy.documentation import describe

PARAMETER = re.compile(r"\\\{guid\\\}")


@cache
def read_document() -> dict[str, Any]:
    """The document as clients get it."""
    return json.loads(json.dumps(describe()))


@cache
def list_paths() -> list[tuple[re.Pattern[str], str]]:
    """Each path with what it matches; only lists may end in a slash."""
    return [(re.compile(PARAMETER.sub("[^/]+", re.escape(path))), path) for path in read_document()["paths"]]


@cache
def make_validator(path: str, method: str, status: str, kind: str) -> Draft202012Validator:
    """What checks a body."""
    document = read_document()
    content = document["paths"][path][method]["responses"][status]["content"]
    return Draft202012Validator({"components": document["components"], **content[kind]["schema"]})


def find_operation(method: str, path: str) -> tuple[str, str] | None:
    """The path and method that the document has for a request, if it has."""
    asked, method = path.partition("?")[0], {"HEAD": "get"}.get(method, method.lower())
    for candidate in (asked, asked.rstrip("/")):
        for pattern, described in list_paths():
            if pattern.fullmatch(candidate) and method in read_document()["paths"][described]:
                return described, method
    return None


def check_described(method: str, path: str, response: Any) -> None:
    """Fail on an answer that the document does not have."""
    found = find_operation(method, path)
    if found is None or method == "OPTIONS":
        return
    status, responses = str(response.status_code), read_document()["paths"][found[0]][found[1]]["responses"]
    if status == "404" and "404" not in responses:
        return  # Another spelling of the path, such as one with two slashes.
    assert status in responses, f"{method} {path} answers {status}, which is not described"
    kind, _, _ = response.headers["Content-Type"].partition(";")
    assert kind in responses[status]["content"], f"{method} {path} answers {status} as {kind}"
    if method != "HEAD":
        body = response.json() if kind == "application/json" else response.content.decode()
        make_validator(*found, status, kind).validate(body)
