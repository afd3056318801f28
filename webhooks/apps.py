"""Events, sent to the applications that want to hear of them."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Endpoints of applications, and the deliveries to them."""

    name = "webhooks"

    def ready(self) -> None:
        """Have the secrets sealed anew with all others."""
        from access.resealing import SealedColumn, keep_sealed
        from webhooks.models import Endpoint
        from webhooks.secrets import PURPOSE

        keep_sealed(SealedColumn(Endpoint, "sealed_secret", PURPOSE))
        keep_sealed(SealedColumn(Endpoint, "sealed_former_secret", PURPOSE))
