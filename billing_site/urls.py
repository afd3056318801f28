"""Every path of the server."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from billing_site import health, root_view
from dialects import hooks, mail_reports

handler400 = "billing_site.error_handlers.bad_request"
handler403 = "billing_site.error_handlers.permission_denied"
handler404 = "billing_site.error_handlers.not_found"
handler500 = "billing_site.error_handlers.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("", root_view.root),
    path("", include("checkout.urls")),
    path("hooks/mail/", mail_reports.receive_reports),
    path("hooks/<slug:name>/", hooks.receive_hints),
    path("oauth/", include("billing_site.oauth_urls")),
    path(".well-known/", include("billing_site.oauth_metadata")),
    path("", include("billing_site.text_sign_in")),
    path("docs/", include("documentation.urls")),
    path("console/", include("console.urls")),
    path("api/v01/", include("dialects.unibill.urls")),
    path("", include("dialects.text.urls")),
    path("", include("dialects.billy.urls")),
]
