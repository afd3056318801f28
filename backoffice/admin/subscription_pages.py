"""Buttons and forms of a subscription's admin page."""

from typing import Any

from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import button
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.subscription_acts import (
    ACTS,
    CANCEL,
    CANCEL_LATER,
    CHANGE_CARD,
    END_LATER,
    EXTEND_TRIAL,
    HOLD,
    KEEP,
    RELEASE,
    RETRY,
)
from backoffice.subscription_presenters import describe_price, find_newest_charges


class SubscriptionPages(BulkPages):
    """The buttons on a subscription's page, and what can be done to several at once."""

    acts = ACTS
    bulk_acts = (
        BulkAct(RETRY, "retry"),
        BulkAct(END_LATER, "cancel"),
        BulkAct(HOLD, "hold"),
        BulkAct(RELEASE, "release"),
    )
    actions_detail = (
        *("timeline", "retry", "release"),
        {"title": "More", "items": ["change_card", "extend_trial", "hold", "keep", "cancel_later"]},
        "cancel",
    )

    retry = button(RETRY, needs="retry", variant=ActionVariant.PRIMARY)
    change_card = button(CHANGE_CARD, needs="change_card")
    release = button(RELEASE, needs="release", variant=ActionVariant.PRIMARY)
    extend_trial = button(EXTEND_TRIAL, needs="extend_trial")
    hold = button(HOLD, needs="hold")
    keep = button(KEEP, needs="cancel")
    cancel_later = button(CANCEL_LATER, needs="cancel", variant=ActionVariant.DANGER)
    cancel = button(CANCEL, needs="cancel", variant=ActionVariant.DANGER)
    # By method, because unfold looks names with a dot up in the database, which is empty before `migrate`.

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may try a payment at once."""
        return request.user.has_perm("subscriptions.retry_subscription")

    def has_change_card_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may change the card."""
        return request.user.has_perm("subscriptions.change_card_of_subscription")

    def has_extend_trial_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may let a trial end later."""
        return request.user.has_perm("subscriptions.extend_trial_of_subscription")

    def has_hold_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may hold a subscription."""
        return request.user.has_perm("subscriptions.hold_subscription")

    def has_release_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may release what is held."""
        return request.user.has_perm("subscriptions.release_subscription")

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may end a subscription."""
        return request.user.has_perm("subscriptions.cancel_subscription")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Fetch the newest charge along."""
        subscription = super().get_object(request, object_id, from_field)
        if subscription is not None:
            subscription.newest = find_newest_charges([subscription]).get(subscription.pk)
        return subscription

    def list_facts(self, subject: Any) -> list[str]:
        """Name a subscription by what it costs, who pays, and its id."""
        parties = (subject.buyer or subject.customer, subject.order_application or subject.payee)
        words = [*map(str, parties), subject.get_status_display(), "test" if subject.test else "live"]
        return [f"{subject.name}: {describe_price(subject)}", ", ".join(words), str(subject.public_id)]
