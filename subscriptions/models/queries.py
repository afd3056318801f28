"""Querysets of subscriptions: visible to a caller, due, to end, with related rows for display."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from access.oauth.bearer_tokens import Caller
from core import clock
from core.due_by_clock import on_this_clock
from subscriptions.models.labels import ENDING

if TYPE_CHECKING:
    from subscriptions.models.subscription import Subscription  # noqa: F401 - named in a string below


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Which subscriptions."""

    def visible_to(self, caller: Caller) -> "SubscriptionQuerySet":
        """Keep what a token may see; the rule is that of direct charges (ChargeQuerySet.visible_to)."""
        if caller.is_admin:
            return self.filter(customer=None)
        mine = self.filter(buyer_id=caller.organization_id)
        if caller.app.first_party:
            return mine
        return mine.filter(order_application_id=caller.app.id)

    def due(self, until: datetime) -> "SubscriptionQuerySet":
        """Keep those of this clock with a period to bill at `until` (UTC) or before, oldest first."""
        running = Q(cancel_at=None) | Q(cancel_at__gt=F("due_at"))
        return self.filter(running, on_this_clock(), due_at__lte=until).order_by("due_at", "pk")

    def to_end(self) -> "SubscriptionQuerySet":
        """Keep those of this clock whose last day has come, oldest first."""
        waiting = self.filter(on_this_clock(), cancelled_at=None, expired_at=None, status__in=ENDING)
        return waiting.filter(cancel_at__lte=clock.now()).order_by("cancel_at")

    def for_display(self) -> "SubscriptionQuerySet":
        """Fetch what a rendered subscription shows along with it."""
        return self.select_related(
            "buyer",
            "buyer_account",
            "order_application__organization",
            "seller_application",
            "payment_option",
        )
