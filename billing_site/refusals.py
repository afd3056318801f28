"""Which door answers a request that no view answered: a page for people, JSON below the API's paths."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from checkout import error_pages
from dialects.text import fallback


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: not understood, such as a Host header that is not ours."""
    if request.path_info.startswith(fallback.API_PATHS):
        return fallback.answer_bad_request()
    return error_pages.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: our fault."""
    if request.path_info.startswith(fallback.API_PATHS):
        return fallback.answer_server_error()
    return error_pages.server_error(request)
