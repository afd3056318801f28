"""The Django app of the pages at /docs/."""

from django.apps import AppConfig


class DocumentationConfig(AppConfig):
    """Guides and API references; no models."""

    name = "documentation"
