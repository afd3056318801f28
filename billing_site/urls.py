"""Every path of the server."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from checkout.consent_page import ConsentPage

handler400 = "checkout.error_pages.bad_request"
handler403 = "checkout.error_pages.permission_denied"
handler404 = "checkout.error_pages.page_not_found"
handler500 = "checkout.error_pages.server_error"

from dialects.text.urls import unknown_paths

handler400 = "dialects.text.fallback.answer_bad_request"
handler500 = "dialects.text.fallback.answer_server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("", include("checkout.urls")),
    path("oauth/authorize/", ConsentPage.as_view()),
    path("oauth/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("", include("dialects.text.urls")),
    *unknown_paths,
]
