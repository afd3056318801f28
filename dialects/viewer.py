"""Serve a dialect's OpenAPI document and the page that shows it, without a script from elsewhere."""

from collections.abc import Callable
from functools import cache
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

# The viewer styles its elements in place and draws its icons from data URLs.
VIEWER_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
}


def make_viewer(document: str) -> Callable[..., Any]:
    """Return the view that shows the document at the path of this name."""
    return require_safe(csp(VIEWER_POLICY)(SpectacularSwaggerSplitView.as_view(url_name=document)))


def make_document_view(describe: Callable[[], Any]) -> Callable[[HttpRequest], JsonResponse]:
    """Return the view of a document that is the same for everybody; each process builds it once."""
    describe_once = cache(describe)

    @require_safe
    def show(request: HttpRequest) -> JsonResponse:
        return JsonResponse(describe_once(), headers={"Cache-Control": "public, max-age=300"})

    return show
