"""Staff acts on a subscription: each asks for a reason and calls one service."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.admin.acts import Act, ReasonForm
from backoffice.subscription_presenters import (
    explain_cancel,
    explain_change_card,
    explain_release,
    explain_retry,
)
from charges.models import Charge, ChargeStatus
from customers.models import PaymentOption
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.payment_option import change_card, list_cards
from subscriptions.lifecycle.staff_acts import release_hold, retry_now
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

NEVER_PAID = (SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED, SubscriptionStatus.CANCELLED)


class CardField(forms.ModelChoiceField):
    """A choice among cards."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a card by what may be shown of it."""
        return f"{obj}, valid through {obj.exp_month:02}/{obj.exp_year}" if obj.exp_month else str(obj)


class CardForm(ReasonForm):
    """Which of the buyer's cards, and why."""

    payment_option = CardField(
        label="Card",
        queryset=PaymentOption.objects.none(),
        empty_label="Choose a card",
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("payment_option", "reason")

    def __init__(self, *args: Any, subject: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        choice: Any = self.fields["payment_option"]
        choice.queryset = list_cards(subject).order_by("-pk")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"payment_option_id": self.cleaned_data["payment_option"].pk}


def _can_be_retried(subscription: Any) -> bool:
    newest: Charge | None = subscription.newest
    return newest is not None and newest.status == ChargeStatus.PROCESSED and newest.collect_at is not None


def _has_cards(subscription: Subscription) -> bool:
    return subscription.buyer_id is not None and subscription.status not in NEVER_PAID


CANCEL = Act(
    name="cancel",
    title="Cancel subscription",
    done="The subscription is cancelled.",
    pointless="Only a running or frozen subscription can be cancelled.",
    applies=lambda subscription: subscription.status in (*RUNNING, SubscriptionStatus.FROZEN),
    explain=lambda subscription: explain_cancel(subscription, subscription.newest),
    run=cancel_subscription,
    variant="danger",
)
RETRY = Act(
    name="retry",
    title="Retry payment now",
    done="The payment is being tried again.",
    pointless="No payment of this subscription is waiting to be tried again.",
    applies=_can_be_retried,
    explain=lambda subscription: explain_retry(subscription, subscription.newest),
    run=retry_now,
    needs_factor=True,
)
CHANGE_CARD = Act(
    name="change_card",
    title="Change card",
    done="The subscription is paid with that card from now on.",
    pointless="This subscription has not begun, has ended, or is paid by no card that is known here.",
    applies=_has_cards,
    explain=lambda subscription: explain_change_card(subscription, subscription.newest),
    run=change_card,
    form=CardForm,
    needs_factor=True,
)
RELEASE = Act(
    name="release",
    title="Release held periods",
    done="The missed periods are billed one after the other.",
    pointless="Nothing is held back for this subscription.",
    applies=lambda subscription: subscription.held_at is not None,
    explain=lambda subscription: explain_release(subscription, subscription.newest),
    run=release_hold,
    needs_factor=True,
)
ACTS = (CANCEL, RETRY, CHANGE_CARD, RELEASE)
