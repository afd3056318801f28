"""The Django app of the project's own settings: it registers the checks of a production."""

from django.apps import AppConfig


class BillingSiteConfig(AppConfig):
    """Settings, URLs, middleware, health."""

    name = "billing_site"

    def ready(self) -> None:
        """Register what `manage.py check --deploy` looks at."""
        from billing_site import deploy_checks  # noqa: F401 - importing registers them
