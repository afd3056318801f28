"""Middleware: request id, log line, refusal of unreadable requests."""

import re
import uuid
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters
from django_structlog.middlewares import RequestMiddleware

from billing_site import paths
from billing_site.error_handlers import is_api, refuse
from core.card_numbers import hides_card_number, mask_card_numbers
from core.client_address import read_client_address
from customers.icons import MAX_UPLOAD
from dialects.hooks import MAX_BODY as MAX_HINTS
from ledger.corrections.attachments import MAX_ATTACHMENT

View = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
BROKEN_BYTE = re.compile("%[89A-F][0-9A-F]")  # What Django makes of a byte of a path that is not UTF-8.
LENGTH = re.compile(r"[0-9]{1,18}")
NOTHING = "default-src 'none'; frame-ancestors 'none'"
NO_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
PROBE = re.compile(f"/{paths.PROBES}")
HOOK = re.compile(f"/{paths.HOOKS}")
CORRECTION = "/admin/ledger/correction/add/"
ICONS = re.compile(
    r"/admin/customers/application/(add|[0-9]+/change)/\Z|/console/applications/[0-9A-Za-z_-]+/looks/\Z"
)


class LogMiddleware(RequestMiddleware):
    """Gives each request an id, the caller's if it is a plain one, and writes one line when it is done."""

    def prepare(self, request: HttpRequest) -> None:
        """Bind the id and where the request says that it comes from, before anything is logged."""
        structlog.contextvars.clear_contextvars()
        sent = request.headers.get("X-Request-ID", "")
        is_plain = REQUEST_ID.fullmatch(sent) and not hides_card_number(sent, in_groups=False)
        request.request_id = sent if is_plain else uuid.uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(
            request_id=request.request_id,  # type: ignore[attr-defined]
            ip=read_client_address(request),
        )
        if forwarded_for := request.META.get("HTTP_X_FORWARDED_FOR"):
            structlog.contextvars.bind_contextvars(forwarded_for=forwarded_for[:200])

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Log the answer and name the id in it."""
        super().handle_response(request, response)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Leave out the query, which may hold a secret, and card numbers in the path."""
        return f"{request.method} {mask_card_numbers(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the person if a view has asked for them; asking now would take a query, and a database."""
        if user := getattr(request, "_cached_user", None):
            structlog.contextvars.bind_contextvars(user_id=user.pk)


def set_headers(get_response: View) -> View:
    """Keep answers of an API out of caches, unless a view allows it; take from pages what they never use."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b""):
            response = explain_method(request, response)
        if is_api(request):
            response.setdefault("Cache-Control", "no-store")
            response["Content-Security-Policy"] = NOTHING
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            empty_body(response)
        response.setdefault("Permissions-Policy", NO_FEATURES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def empty_body(response: HttpResponse) -> None:
    """Leave the body of an answer to HEAD out: gunicorn would do it, with a warning for each."""
    response.setdefault("Content-Length", str(len(response.content)))
    response.content = b""


def explain_method(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Tell programs that a path does not take their method; Django says nothing, and calls that HTML."""
    if not is_api(request):
        del response["Content-Type"]
        return response
    refusal = refuse(request, 405, "validation", "The path does not take this method.")
    refusal["Allow"] = response["Allow"]
    return refusal


def refuse_unreadable(get_response: View) -> View:
    """Answer requests that no view could read, in the format of their path."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return find_refusal(request) or get_response(request)

    return middleware


def find_refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Return the answer to a request that cannot be read, None for one that can."""
    if unreadable := find_unreadable(request.META):
        return refuse(request, 400, "validation", f"The {unreadable} is not UTF-8 text without NUL.")
    for name in ("CONTENT_TYPE", "HTTP_ACCEPT"):
        if not has_readable_parameters(request.META.get(name, "")):
            request.accepted_types = []  # What writes the refusal would read them again.
            return refuse(request, 400, "validation", f"The {describe_header(name)} cannot be read.")
    length = request.META.get("CONTENT_LENGTH")
    if request.META.get("HTTP_TRANSFER_ENCODING") and not length:
        return refuse(request, 411, "validation", "A body needs a Content-Length.")
    if length and not LENGTH.fullmatch(length):
        return refuse(request, 400, "validation", "The Content-Length is not a number.")
    limit = find_limit(request.path)
    if int(length or 0) > limit:
        return refuse(request, 413, "too_large", f"The body must not exceed {limit} bytes.")
    if settings.SECURE_SSL_REDIRECT and carries_secrets(request) and not request.is_secure():
        return refuse(request, 403, "authorization", "Use https; what was sent came in the clear.")
    return None


def find_limit(path: str) -> int:
    """Return how many bytes a body may have: at the door of processors, of files and icons, and elsewhere."""
    if HOOK.match(path):
        return MAX_HINTS
    usual: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if ICONS.match(path):
        return MAX_UPLOAD + usual
    return MAX_ATTACHMENT + usual if path == CORRECTION else usual


def carries_secrets(request: HttpRequest) -> bool:
    """Say whether a program sends a token or a password here."""
    return is_api(request) and not PROBE.match(request.path)


def find_unreadable(environ: dict[str, object]) -> str | None:
    """Name the first part that is not UTF-8 or contains NUL: the path, the query or a header."""
    path = str(environ["PATH_INFO"])
    if "\0" in path or BROKEN_BYTE.search(path):
        return "path"
    if not is_text(unquote_to_bytes(str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace"))):
        return "query"
    for name, value in environ.items():
        is_header = name.startswith("HTTP_") or name == "CONTENT_TYPE"
        if is_header and not is_text(str(value).encode("latin-1", "replace")):
            return describe_header(name)
    return None


def has_readable_parameters(header: str) -> bool:
    """Say whether the parameters of media types can be read: Django raises for a charset it does not know."""
    try:
        for media_type in header.split(","):
            parse_header_parameters(media_type)
    except ValueError:
        return False
    return True


def describe_header(name: str) -> str:
    """Return what people call the header that has this name in the WSGI environment."""
    return f"header {name.removeprefix('HTTP_').replace('_', '-').title()}"


def is_text(value: bytes) -> bool:
    """Say whether this is UTF-8 without NUL."""
    try:
        return "\0" not in value.decode()
    except UnicodeDecodeError:
        return False
