"""The paths below /console/."""

from django.urls import path

from console import home

urlpatterns = [
    path("", home.home_page, name="console"),
    path("mode/", home.switch_mode, name="console_mode"),
]
