"""Buttons and forms of a subscription's admin page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages
from backoffice.admin.subscription_acts import ACTS, CANCEL, CHANGE_CARD, RELEASE, RETRY
from backoffice.subscription_presenters import describe_price, find_newest_charges


class SubscriptionPages(ActPages):
    """The buttons on a subscription's page."""

    acts = ACTS
    actions_detail = ("retry", "change_card", "release", "cancel")

    @action(
        description=RETRY.title,
        url_path="retry",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
    )
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try the open payment at once."""
        return self.show_act(request, object_id, RETRY)

    @action(
        description=CHANGE_CARD.title,
        url_path="change-card",
        permissions=["change_card"],
    )
    def change_card(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose another card of the buyer."""
        return self.show_act(request, object_id, CHANGE_CARD)

    @action(
        description=RELEASE.title,
        url_path="release",
        permissions=["release"],
        variant=ActionVariant.PRIMARY,
    )
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let what is held be billed."""
        return self.show_act(request, object_id, RELEASE)

    @action(
        description=CANCEL.title,
        url_path="cancel",
        permissions=["cancel"],
        variant=ActionVariant.DANGER,
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the subscription."""
        return self.show_act(request, object_id, CANCEL)

    # By method, because unfold looks names with a dot up in the database, which is empty before `migrate`.

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may try a payment at once."""
        return request.user.has_perm("subscriptions.retry_subscription")

    def has_change_card_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may change the card."""
        return request.user.has_perm("subscriptions.change_card_of_subscription")

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
