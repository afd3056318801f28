"""The Django app of the project's own settings: it registers the checks of a production."""

from django.apps import AppConfig
from django.conf import settings


class BillingSiteConfig(AppConfig):
    """Settings, URLs, middleware, health."""

    name = "billing_site"

    def ready(self) -> None:
        """Register the checks of a production, and begin to report errors where that is wanted."""
        from billing_site import deploy_checks, error_reports  # noqa: F401 - importing registers the checks

        secrets = error_reports.list_secrets(settings) if settings.SENTRY_DSN else []
        error_reports.start(settings.SENTRY_DSN, deployment=settings.DEPLOYMENT, secrets=secrets)
