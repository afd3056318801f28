"""The OpenAPI document and the page that shows it, without a script from elsewhere."""

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

URLCONF = "dialects.text.urls"
FRESH_SECONDS = 300

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

openapi = cache_page(FRESH_SECONDS)(SpectacularJSONAPIView.as_view(urlconf=URLCONF))
viewer = csp(VIEWER_POLICY)(SpectacularSwaggerSplitView.as_view(url_name="openapi"))
