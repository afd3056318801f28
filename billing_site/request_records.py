"""Middleware: hand each request at an API to the request log when it is answered."""

import base64
import hashlib
import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from access.api_keys import digest_key
from access.oauth.bearer_tokens import Caller
from billing_site import paths
from billing_site.error_handlers import BILLY_PATH, UNIBILL_PATH, is_api
from billing_site.request_objects import find_object
from core import clock
from customers.models import USERNAME, Merchant
from request_log.entries import STRANGER, Claim, ClaimKind, Entry, Owner
from request_log.masking import mask_path, mask_refusal
from request_log.models import MAX_PATH, MAX_REFUSAL, REFUSED_FROM
from request_log.recorder import RECORDER

View = Callable[[HttpRequest], HttpResponseBase]
NOT_KEPT = re.compile(f"/({paths.PROBES}|{paths.HOOKS})")
PUBLIC = re.compile(f"/{paths.PUBLIC}")
METHOD = re.compile("[A-Z]{1,10}")
TEST_MARK = re.compile(rb'\{[^\[]*?"test": ?(true|false)')  # Before any list in a JSON object.
CLIENT_ID = re.compile("[!-~]{1,255}")
log = structlog.get_logger(__name__)


def record_requests(get_response: View) -> View:
    """Keep what programs ask for; what goes wrong with that is counted and not the request's trouble."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not (settings.REQUEST_LOG_DAYS and is_kept(request)):
            return get_response(request)
        began = time.perf_counter()
        response = get_response(request)
        try:
            record_request(request, response, seconds=time.perf_counter() - began)
        except Exception:
            log.exception("a request is missing in the request log")
        return response

    return middleware


def record_request(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    """Hand over an answered request; who was not let in is a stranger, where anybody is served, too."""
    entry = build_entry(request, response, find_caller(request), seconds=seconds)
    is_served = response.status_code < REFUSED_FROM and not PUBLIC.match(request.path_info)
    RECORDER.add(entry, is_stranger=getattr(request, "auth", None) is None and not is_served)


def is_kept(request: HttpRequest) -> bool:
    """Say whether a request is one of a program that calls an API; browsers ask with OPTIONS first."""
    return is_api(request) and request.method != "OPTIONS" and not NOT_KEPT.match(request.path_info)


def build_entry(
    request: HttpRequest, response: HttpResponseBase, caller: Owner | Claim, *, seconds: float
) -> Entry:
    """Return what is kept of a request: no query, no body, no header but its id."""
    refusal = getattr(request, "refusal", "") if response.status_code >= REFUSED_FROM else ""
    return Entry(
        caller=caller,
        method=request.method if METHOD.fullmatch(request.method or "") else "?",  # type: ignore[arg-type]
        path=mask_path(request.path, is_known=request.resolver_match is not None, most=MAX_PATH),
        status=response.status_code,
        request_id=request.request_id,  # type: ignore[attr-defined]
        duration_ms=int(seconds * 1000),
        refusal=mask_refusal(refusal, most=MAX_REFUSAL) if refusal else "",
        livemode=read_livemode(response),
        created_at=clock.now(),
        object_id=find_object(request, response),
    )


def read_livemode(response: HttpResponseBase) -> bool | None:
    """Return the mode of the one object that is answered with, None where the answer does not tell."""
    mark = TEST_MARK.match(getattr(response, "content", b""))
    return mark[1] == b"false" if mark else None


def find_caller(request: HttpRequest) -> Owner | Claim:
    """Return whom a dialect has let in, else by what the request says who it is."""
    caller = getattr(request, "auth", None)  # Where Django REST framework leaves it.
    if isinstance(caller, Caller):
        return Owner(caller.app.organization_id, caller.app.id)
    if isinstance(caller, Merchant):
        return Owner(caller.organization_id, merchant_id=caller.pk)
    return read_claim(request) or STRANGER


def read_claim(request: HttpRequest) -> Claim | None:
    """Return what names the caller, in the manner of the API that is called."""
    scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        token = credentials.strip().encode("utf-8", "replace")
        return Claim(ClaimKind.TOKEN, hashlib.sha256(token).hexdigest())
    user = _read_user(credentials) if scheme.lower() == "basic" else ""
    if BILLY_PATH.match(request.path_info):
        return Claim(ClaimKind.KEY, digest_key(user)) if user else None
    if UNIBILL_PATH.match(request.path_info):
        return Claim(ClaimKind.USER, user) if re.fullmatch(USERNAME, user) else None
    client_id = user or _read_form(request).get("client_id", "")
    return Claim(ClaimKind.CLIENT, client_id) if CLIENT_ID.fullmatch(client_id) else None


def _read_user(credentials: str) -> str:
    """Return the user name of HTTP Basic; empty for what cannot be read."""
    try:
        return base64.b64decode(credentials.strip()).decode().partition(":")[0]
    except ValueError:
        return ""


def _read_form(request: HttpRequest) -> dict[str, str]:
    """Return the form that a view has read; nothing is read for the log."""
    form = getattr(request, "_post", None)
    return form.dict() if form is not None else {}
