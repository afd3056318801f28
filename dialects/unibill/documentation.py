"""The OpenAPI document of the UniBill dialect and the page that shows it."""

from django.urls import path

from dialects.unibill.openapi import describe
from dialects.viewer import make_document_view, make_viewer

urlpatterns = [
    path("openapi.json", make_document_view(describe), name="unibill-openapi"),
    path("", make_viewer("unibill-openapi")),
]
