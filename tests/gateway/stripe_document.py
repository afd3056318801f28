"""Stripe's published document: does what goes to and fro have the shape that it says?

`scripts/extract-stripe-schemas` made the extract that is read here, and says where it comes from.
"""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from tests.gateway.stripe_stand_in.forms import read_form
from tests.gateway.stripe_stand_in.service import Reply, Request

EXTRACT = Path(__file__).parent / "stripe_schemas.json.gz"
# A form has only texts: one is a number or a flag if it reads like it.
FORM_TYPES = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?", "boolean": "true|false"}


@cache
def read_extract() -> dict[str, Any]:
    """Return objects under $defs, and operations."""
    document: dict[str, Any] = json.loads(gzip.decompress(EXTRACT.read_bytes()))
    return document


@cache
def validator_of(name: str, *, is_operation: bool = False) -> Any:
    """Return what checks an object, or the parameters of an operation such as "post /v1/refunds"."""
    extract = read_extract()
    schema = extract["operations"][name] if is_operation else {"$ref": f"#/$defs/{name}"}
    kind = FormValidator if is_operation else Draft202012Validator
    return kind(schema | {"$defs": extract["$defs"]})


def _make_form_validator() -> Any:
    checker = Draft202012Validator.TYPE_CHECKER
    for name, pattern in FORM_TYPES.items():
        matches = re.compile(pattern).fullmatch
        checker = checker.redefine(
            name, lambda _, value, matches=matches: isinstance(value, str) and bool(matches(value))
        )
    return extend(Draft202012Validator, type_checker=checker)


FormValidator = _make_form_validator()


def find_operation(request: Request) -> str | None:
    """Return the operation of the document that a request is one of."""
    for operation in read_extract()["operations"]:
        method, path = operation.split(" ")
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        if method == request.method.lower() and re.fullmatch(pattern, request.path):
            return str(operation)
    return None


def find_troubles(request: Request, reply: Reply) -> Iterator[str]:
    """Return what in an exchange is not as the document says."""
    operation = find_operation(request)
    if operation is None:
        yield f"{request.name} is not in the document"
        return
    for error in validator_of(operation, is_operation=True).iter_errors(read_form(request.form)):
        yield f"{request.name} {error.json_path}: {error.message[:300]}"
    if reply.body and not reply.body.startswith("<"):
        yield from find_wrong_fields(json.loads(reply.body))


def find_wrong_fields(body: dict[str, Any]) -> Iterator[str]:
    """Return what in an answer is not as the document says."""
    if body.get("object") == "list":
        for each in body["data"]:
            yield from find_wrong_fields(each)
        return
    name = ("deleted_" if body.get("deleted") else "") + body.get("object", "error")
    for error in validator_of(name).iter_errors(body):
        deepest = min([error, *error.context], key=lambda each: -len(each.absolute_path))
        yield f"{name} {deepest.json_path}: {deepest.message[:300]}"
