"""The admin site and what crosses apps: demo, verification, billing runs."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in, user_login_failed


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


class BillingAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site as the default one."""

    default = False
    default_site = "backoffice.site.BillingAdminSite"
