"""Every path of the server."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from billing_site import front, health

handler400 = "billing_site.refusals.bad_request"
handler403 = "billing_site.refusals.permission_denied"
handler404 = "billing_site.refusals.not_found"
handler500 = "billing_site.refusals.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("", front.root),
    path("", include("checkout.urls")),
    path("oauth/", include("billing_site.oauth_urls")),
    path("api/v01/", include("dialects.unibill.urls")),
    path("docs/unibill/", include("dialects.unibill.documentation")),
    path("", include("dialects.text.urls")),
    path("", include("dialects.billy.urls")),
]
