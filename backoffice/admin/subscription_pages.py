"""The pages of the acts: they say what will happen, ask for a reason, and do it once."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.subscription_acts import CANCEL, CHANGE_CARD, RELEASE, RETRY, Act, ReasonForm
from backoffice.subscription_words import describe_price, find_newest_charges
from core.errors import BillingError
from subscriptions.models import Subscription

MAX_ACTOR = 120


class SubscriptionPages(ReadOnlyAdmin):
    """Buttons on a subscription's page, each for who has the permission, and the pages they lead to."""

    actions_detail = ("retry", "change_card", "release", "cancel")

    @action(
        description=RETRY.title,
        url_path="retry",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
    )
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try the open payment at once."""
        return self._show_act(request, object_id, RETRY)

    @action(
        description=CHANGE_CARD.title,
        url_path="change-card",
        permissions=["change_card"],
    )
    def change_card(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose another card of the buyer."""
        return self._show_act(request, object_id, CHANGE_CARD)

    @action(
        description=RELEASE.title,
        url_path="release",
        permissions=["release"],
        variant=ActionVariant.PRIMARY,
    )
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let what is held be billed."""
        return self._show_act(request, object_id, RELEASE)

    @action(
        description=CANCEL.title,
        url_path="cancel",
        permissions=["cancel"],
        variant=ActionVariant.DANGER,
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the subscription."""
        return self._show_act(request, object_id, CANCEL)

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

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer only what can be done to this subscription now."""
        allowed: list[Any] = super().get_actions_detail(request, object_id)
        subscription = self.get_object(request, unquote(str(object_id))) if allowed else None
        if subscription is None:
            return []
        fitting = {act.name for act in ACTS if act.applies(subscription, subscription.newest)}
        return [each for each in allowed if each.method.original_function_name in fitting]

    def _show_act(self, request: HttpRequest, object_id: str, act: Act) -> HttpResponse:
        subscription = self.get_object(request, unquote(object_id))
        if subscription is None:
            raise Http404
        if not self.has_view_permission(request, subscription):
            raise PermissionDenied
        if not act.applies(subscription, subscription.newest):
            messages.error(request, act.pointless)
            return redirect(_address_of(subscription))
        form = act.form(request.POST if request.method == "POST" else None, subscription=subscription)
        if form.is_valid() and self._perform(request, subscription, act, form):
            return redirect(_address_of(subscription))
        return self._render_act(request, subscription, act, form)

    def _perform(self, request: HttpRequest, subscription: Subscription, act: Act, form: ReasonForm) -> bool:
        """Call the service and write Django's log with it; a refusal is told on the form."""
        actor = f"staff:{request.user.get_username()}"[:MAX_ACTOR]
        try:
            with transaction.atomic():
                act.run(subscription.pk, actor=actor, **form.list_arguments())
                self.log_change(request, subscription, f"{act.title}: {form.cleaned_data['reason']}")
        except BillingError as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, act.done)
        return True

    def _render_act(
        self, request: HttpRequest, subscription: Any, act: Act, form: ReasonForm
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": subscription,
            "title": act.title,
            "act": act,
            "form": form,
            "subscription": subscription,
            "price": describe_price(subscription),
            "explanation": act.explain(subscription, subscription.newest),
            "back": _address_of(subscription),
        }
        return TemplateResponse(request, "admin/subscription_act.html", context)


ACTS = (CANCEL, RETRY, CHANGE_CARD, RELEASE)


def _address_of(subscription: Subscription) -> str:
    return reverse("admin:subscriptions_subscription_change", args=[subscription.pk])
