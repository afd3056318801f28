"""The root of the server: a program learns which server this is, a person gets a page."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from checkout import views
from dialects.billy.server_info import server_info


def root(request: HttpRequest) -> HttpResponseBase:
    """Answer `/`; who does not name HTML among what it takes, as browsers do, is a program."""
    is_page = "html" in request.headers.get("Accept", "").lower()
    if is_page or "id" in request.GET or request.method not in ("GET", "HEAD"):
        response = views.root(request)
    else:
        response = server_info(request)
    patch_vary_headers(response, ["Accept"])
    return response
