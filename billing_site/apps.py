"""The Django app of the project's own settings: it registers the checks of a production."""

from django.apps import AppConfig
from django.conf import settings


class BillingSiteConfig(AppConfig):
    """Settings, URLs, middleware, health."""

    name = "billing_site"

    def ready(self) -> None:
        """Register the checks of a production, make the Celery application; report errors and trace."""
        from billing_site import celery, deploy_checks, error_reports  # noqa: F401 - importing does the first two

        secrets = error_reports.list_secrets(settings) if settings.SENTRY_DSN else []
        error_reports.start(settings.SENTRY_DSN, deployment=settings.DEPLOYMENT, secrets=secrets)
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from billing_site import traces  # Nobody else has to wait for it.

            traces.start(
                settings.OTEL_EXPORTER_OTLP_ENDPOINT,
                headers=settings.OTEL_EXPORTER_OTLP_HEADERS,
                deployment=settings.DEPLOYMENT,
            )
