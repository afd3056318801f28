"""The admin site and what crosses apps: demo, verification, billing runs."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class BackofficeConfig(AppConfig):
    """The finance staff's door."""

    name = "backoffice"
    default = True


class BillingAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site as the default one."""

    default = False
    default_site = "backoffice.site.BillingAdminSite"
