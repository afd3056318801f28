"""The admin site and what crosses apps: demo, verification, billing runs."""

from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.contrib.admin import checks as admin_checks
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core import checks


class BackofficeConfig(AppConfig):
    """The finance staff's door."""

    name = "backoffice"
    default = True

    def ready(self) -> None:
        """Have Django tell of each log-in."""
        from backoffice.audit import note_failure, note_log_in
        from backoffice.log_in.second_factor import note_factors
        from backoffice.log_in.staff_sessions import note_begin

        for note in (note_begin, note_factors, note_log_in):
            user_logged_in.connect(note)
        user_login_failed.connect(note_failure)


class BillingAdminConfig(admin_apps.SimpleAdminConfig):
    """Django's admin with our site as the default one, which imports its pages when they are asked for."""

    default = False
    default_site = "backoffice.site.BillingAdminSite"

    def ready(self) -> None:
        """Register the checks of the admin. Django's own sees no site that nobody has asked for yet."""
        checks.register(admin_checks.check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the pages of the admin."""
    found: list[checks.CheckMessage] = admin.site.check(app_configs)
    return found
