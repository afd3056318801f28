"""Querysets of charges: visible to a caller, due for collection, with related rows for display."""

from typing import TYPE_CHECKING

from django.db import models

from access.oauth.bearer_tokens import Caller
from charges.models.labels import ChargeStatus
from core import clock
from core.due_by_clock import on_this_clock

if TYPE_CHECKING:
    from charges.models.charge import Charge  # noqa: F401 - named in a string below


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Which charges."""

    def visible_to(self, caller: Caller) -> "ChargeQuerySet":
        """Keep what a token may see: its buyer's charges of its application, and no refunds.

        A first-party token sees its buyer's charges of every application, and a billing_admin token of the
        marketplace's operator those of every buyer.
        """
        asked_for = self.filter(refund_of=None)
        if caller.is_admin:
            return asked_for.filter(customer=None)
        if caller.app.first_party:
            return asked_for.filter(buyer_id=caller.organization_id)
        return asked_for.filter(buyer_id=caller.organization_id, order_application_id=caller.app.id)

    def refundable_by(self, caller: Caller) -> "ChargeQuerySet":
        """Keep the charges of buyers that a token may give back: what its application sold.

        Its account belongs to the organisation that owns the application (`require_own_application`); a
        billing_admin token of the marketplace's operator gives back what any application sold.
        """
        asked_for = self.filter(refund_of=None, customer=None)
        return asked_for if caller.is_admin else asked_for.filter(order_application_id=caller.app.id)

    def due(self) -> "ChargeQuerySet":
        """Keep those of this clock to collect now, oldest first."""
        processed = self.filter(on_this_clock(), status=ChargeStatus.PROCESSED)
        return processed.filter(collect_at__lte=clock.now()).order_by("collect_at")

    def for_display(self) -> "ChargeQuerySet":
        """Fetch what a rendered charge shows along with it."""
        return self.select_related(
            "buyer", "buyer_account", "order_application__organization"
        ).select_related("seller_application")
