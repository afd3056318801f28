"""Querysets of charges: visible to a caller, due for collection, with related rows for display."""

from typing import TYPE_CHECKING

from django.db import models

from access.oauth.bearer_tokens import Caller
from charges.models.labels import ChargeStatus
from core import clock

if TYPE_CHECKING:
    from charges.models.charge import Charge  # noqa: F401 - named in a string below


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Which charges."""

    def visible_to(self, caller: Caller) -> "ChargeQuerySet":
        """Keep what a token may see: its buyer's charges of its application.

        A first-party token sees its buyer's charges of every application, and a billing_admin token of the
        marketplace's operator those of every buyer.
        """
        if caller.is_admin:
            return self.filter(customer=None)
        if caller.app.first_party:
            return self.filter(buyer_id=caller.organization_id)
        return self.filter(buyer_id=caller.organization_id, order_application_id=caller.app.id)

    def due(self) -> "ChargeQuerySet":
        """Keep those to collect now, oldest first."""
        return self.filter(status=ChargeStatus.PROCESSED, collect_at__lte=clock.now()).order_by("collect_at")

    def for_display(self) -> "ChargeQuerySet":
        """Fetch what a rendered charge shows along with it."""
        return self.select_related(
            "buyer", "buyer_account", "order_application__organization"
        ).select_related("seller_application")
