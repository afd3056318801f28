"""The page that shows a dialect's OpenAPI document, without a script from elsewhere."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
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
    return csp(VIEWER_POLICY)(SpectacularSwaggerSplitView.as_view(url_name=document))
