"""The paths below /console/."""

from django.urls import include, path

from console import home

urlpatterns = [
    path("", include("console.list_urls")),
    path("", home.home_page, name="console"),
    path("mode/", home.switch_mode, name="console_mode"),
]
