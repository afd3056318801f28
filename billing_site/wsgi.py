"""WSGI entry point for gunicorn."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")


class Utf8Request(WSGIRequest):
    """Reads queries and forms as UTF-8, whatever charset is named; a dialect refuses others for its bodies.

    Django decodes the query with the charset of the body while it makes the request, before any middleware,
    and does not expect one that is not for text, such as hex. A header that cannot be read is refused later
    by billing_site.middleware.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}


application = get_wsgi_application()
_ = get_resolver().url_patterns  # Loads all pages, before workers are forked: so they share them.
application.request_class = Utf8Request
