"""The OpenAPI document of the Text dialect and the page that shows it."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

from dialects.viewer import make_document_view, make_viewer

URLCONF = "dialects.text.urls"


def describe() -> dict[str, Any]:
    """Return the document as drf-spectacular builds it from the views."""
    document: dict[str, Any] = SchemaGenerator(urlconf=URLCONF).get_schema(public=True)
    return document


openapi = make_document_view(describe)
viewer = make_viewer("openapi")
