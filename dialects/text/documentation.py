"""The OpenAPI document and the page that shows it."""

from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularJSONAPIView

from dialects.viewer import make_viewer

URLCONF = "dialects.text.urls"
FRESH_SECONDS = 300

openapi = cache_page(FRESH_SECONDS)(SpectacularJSONAPIView.as_view(urlconf=URLCONF))
viewer = make_viewer("openapi")
