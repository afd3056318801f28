"""The paths below /docs/."""

from django.urls import path

from documentation import views
from documentation.site import REFERENCES

urlpatterns = [
    path("", views.index, name="docs"),
    path("search/", views.search, name="docs_search"),
    path("oauth2-redirect.html", views.oauth_redirect, name="docs_oauth_redirect"),
    path("openapi.json", views.document, {"name": "text"}),  # Its first address.
    *(path(f"{name}/", views.reference, {"name": name}) for name in REFERENCES),
    *(path(f"{name}/openapi.json", views.document, {"name": name}) for name in REFERENCES),
    path("images/<slug:name>.png", views.picture, name="docs_picture"),
    path("<path:name>", views.guide, name="docs_guide"),
]
