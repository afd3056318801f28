"""The admin site and what crosses apps: demo, verification, billing runs."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in

from backoffice.staff_sessions import note_log_in


class BackofficeConfig(AppConfig):
    """The finance staff's door."""

    name = "backoffice"
    default = True

    def ready(self) -> None:
        """Have Django tell of each log-in."""
        user_logged_in.connect(note_log_in)


class BillingAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site as the default one."""

    default = False
    default_site = "backoffice.site.BillingAdminSite"
