"""Answers where no view exists: the dialect's error for an API path, a page elsewhere."""

import re
import sys

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from billing_site import paths
from checkout import error_pages
from core.database_errors import TRY_AGAIN_SECONDS, is_database_away
from dialects.billy import errors as billy
from dialects.unibill.errors import render_refusal

API_PATH = re.compile(f"/({paths.API})")
BILLY_PATH = re.compile(f"/{paths.BILLY}")
UNIBILL_PATH = re.compile(f"/{paths.UNIBILL}")


def is_api(request: HttpRequest) -> bool:
    """Say whether programs call this path."""
    return API_PATH.match(request.path_info) is not None


def refuse(request: HttpRequest, status: int, kind: str, message: str, **details: object) -> HttpResponseBase:
    """Return a refusal as programs read it, or the page for a request that is not understood."""
    request.refusal = message  # type: ignore[attr-defined]  # For the request log.
    if BILLY_PATH.match(request.path_info):
        return billy.refuse(request, status, " ".join([message, *map(str, details.values())]))
    if UNIBILL_PATH.match(request.path_info):
        return render_refusal(request, status, message)
    if is_api(request):
        error = {"type": kind, "message": message, "details": details}
        return JsonResponse({"error": error}, status=status)
    page = error_pages.bad_request(request, ValueError(message))
    page.status_code = status
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: not understood, such as a Host header that is not ours."""
    return refuse(request, 400, "validation", "The request cannot be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403: not allowed."""
    if is_api(request):
        return refuse(request, 403, "authorization", "This is not allowed.")
    return error_pages.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404: nothing here."""
    if is_api(request):
        return refuse(request, 404, "not_found", "There is no such path.")
    return error_pages.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: our fault, found again in the logs by the id of the request; 503 while the database is away."""
    if is_database_away(sys.exc_info()[1]):
        return unavailable(request)
    if is_api(request):
        request_id = getattr(request, "request_id", None)
        message = "Something went wrong on our side."
        return refuse(request, 500, "internal", message, request_id=request_id)
    return error_pages.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponseBase:
    """503: the database does not answer. What was asked for may have been done when it went away."""
    if is_api(request):
        message = (
            "The database does not answer just now. What you asked for may have been done:"
            " send it again under its Idempotency-Key, or look first if it had none."
        )
        answer = refuse(request, 503, "internal", message)
    else:
        answer = error_pages.server_error(request)
        answer.status_code = 503
    answer["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return answer
