"""The OpenAPI document of the UniBill dialect and the page that shows it."""

from functools import cache

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from dialects.unibill.openapi import describe
from dialects.viewer import make_viewer

describe_once = cache(describe)


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Return the document, which is the same for everybody."""
    return JsonResponse(describe_once(), headers={"Cache-Control": "public, max-age=300"})


urlpatterns = [
    path("openapi.json", openapi, name="unibill-openapi"),
    path("", make_viewer("unibill-openapi")),
]
