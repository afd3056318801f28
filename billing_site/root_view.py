"""Serve the root path: a page for browsers, JSON server info for programs."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from billing_site import text_sign_in
from checkout import views
from dialects.billy.server_info import server_info


def root(request: HttpRequest) -> HttpResponseBase:
    """Serve a page if Accept contains html, JSON server info otherwise; lead a sign-in to its page."""
    if text_sign_in.is_sign_in(request):
        return text_sign_in.send_to_consent(request)
    is_page = "html" in request.headers.get("Accept", "").lower()
    if is_page or "id" in request.GET or request.method not in ("GET", "HEAD"):
        response = views.root(request)
    else:
        response = server_info(request)
    patch_vary_headers(response, ["Accept"])
    return response
