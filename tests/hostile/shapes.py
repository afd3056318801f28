"""What a refusal must look like at each door; everything but a refusal is none of this module's business."""

import json
import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from xml.etree.ElementTree import ParseError, fromstring

from jsonschema import Draft202012Validator

from billing_site import paths
from dialects.unibill.errors import ERRORS, NO_ACTION, REFUSALS
from documentation.site import REFERENCES
from tests.hostile.asking import Answer, Asked

BILLY, UNIBILL = re.compile(f"/{paths.BILLY}"), re.compile(f"/{paths.UNIBILL}")
OAUTH = re.compile(r"/(oauth/(token|revoke_token|introspect)|v2/token)(/|$)")
API = re.compile(f"/({paths.API})")
CODES = {code for _, code in ERRORS.values()} | {NO_ACTION, *REFUSALS.values()}
UNIBILL_FIELDS = {"failureCode", "message", "field", "gatewayTransactionId"}
OAUTH_FIELDS = {"error", "error_description", "error_uri"}
TRACES = (b"Traceback (most recent", b"django.core", b"psycopg", b"/site-packages/", b"SELECT ")


def find_fault(asked: Asked, path: str, answer: Answer) -> str:
    """Say what is wrong with a refusal, nothing if it is as the door's callers expect it."""
    if any(trace in answer.body for trace in TRACES):
        return "shows how we are made"
    if asked.method == "HEAD" or answer.status < 400 or path == "/readyz":  # The server cuts bodies of HEAD.
        return ""
    try:
        return find_check(path)(answer)
    except (ValueError, ParseError) as error:
        return f"cannot be read: {error}"


def find_check(path: str) -> Callable[[Answer], str]:
    """Return what looks at the refusals of a path, which is as the server decodes it."""
    if BILLY.match(path):
        return check_billy
    if UNIBILL.match(path):
        return check_unibill
    if OAUTH.match(path):
        return check_oauth
    return check_text if API.match(path) else check_page


def check_text(answer: Answer) -> str:
    """JSON of the document's schema, with a message."""
    if answer.kind == "text/plain" and not answer.body.strip():
        return ""
    said = json.loads(answer.body)
    errors = [error.message for error in text_schema().iter_errors(said)]
    return errors[0] if errors else ("" if said["error"]["message"] else "has no message")


@cache
def text_schema() -> Draft202012Validator:
    document = REFERENCES["text"].document
    rules: dict[str, Any] = {"components": document["components"], "$ref": "#/components/schemas/Error"}
    return Draft202012Validator(rules)


def check_billy(answer: Answer) -> str:
    """Its title, as text or as a page."""
    title = f"{answer.status} {HTTPStatus(answer.status).phrase}"
    text = answer.body.decode()
    if answer.kind == "text/html":
        return "" if f"<h1>{title}</h1>" in text and f"<title>{title}</title>" in text else "no title"
    return (
        ""
        if answer.kind == "text/plain" and text.startswith(f"{title}\n\n")
        else f"no title in {answer.kind}"
    )


def check_unibill(answer: Answer) -> str:
    """Its record, in the format that the answer says it has."""
    if answer.kind == "application/json":
        said = json.loads(answer.body)
    elif answer.kind in ("application/xml", "text/xml"):
        element = fromstring(answer.body)
        said = dict(element.attrib) if element.tag == "error" else {}
    else:
        said = {name: values[0] for name, values in parse_qs(answer.body.decode()).items()}
    if not said.keys() <= UNIBILL_FIELDS or said.get("failureCode") not in CODES:
        return f"is not an error: {said}"
    return "" if said.get("message") else "has no message"


def check_oauth(answer: Answer) -> str:
    """The error of RFC 6749; what is refused before the endpoint reads it is in the shape of all programs."""
    said = json.loads(answer.body)
    if isinstance(said.get("error"), dict):
        return check_text(answer)
    return (
        "" if isinstance(said.get("error"), str) and said.keys() <= OAUTH_FIELDS else f"is no error: {said}"
    )


def check_page(answer: Answer) -> str:
    """A page in words, or nothing at all to a method that is not for it."""
    if answer.status == 405 and not answer.body:
        return ""
    text = answer.body.decode()
    if answer.kind == "application/json":
        return "" if isinstance(json.loads(text), dict) else "is no object"
    return "" if answer.kind == "text/html" and "<h1" in text else f"is no page: {answer.kind} {text[:80]!r}"
