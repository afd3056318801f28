"""What staff may do to a subscription: each act asks for a reason and calls one service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.subscription_words import (
    explain_cancel,
    explain_change_card,
    explain_release,
    explain_retry,
)
from charges.models import Charge, ChargeStatus
from customers.models import PaymentOption
from subscriptions.cards import change_card, list_cards
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus
from subscriptions.services import cancel_subscription
from subscriptions.staff import release_hold, retry_now

# The services put a word before it, and the history holds 255 characters.
MAX_REASON = 200
NEVER_PAID = (SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED, SubscriptionStatus.CANCELLED)


class ReasonForm(forms.Form):
    """Why somebody does this."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=UnfoldAdminTextInputWidget({"autofocus": True}),
        help_text="Stays in the subscription's history.",
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscription = subscription

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return {"reason": self.cleaned_data["reason"]}


class CardField(forms.ModelChoiceField):
    """A choice among cards."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a card by what may be shown of it."""
        return f"{obj}, valid through {obj.exp_month:02}/{obj.exp_year}"


class CardForm(ReasonForm):
    """Which of the buyer's cards, and why."""

    payment_option = CardField(
        label="Card",
        queryset=PaymentOption.objects.none(),
        empty_label="Choose a card",
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("payment_option", "reason")

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, subscription=subscription, **kwargs)
        choice: Any = self.fields["payment_option"]
        choice.queryset = list_cards(subscription).order_by("-pk")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"payment_option_id": self.cleaned_data["payment_option"].pk}


Explain = Callable[[Subscription, Charge | None], list[str]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do to a subscription: when it can be done, what it does in words, and the service."""

    name: str
    title: str
    done: str
    pointless: str
    applies: Callable[[Subscription, Charge | None], bool]
    explain: Explain
    run: Callable[..., Subscription]
    form: type[ReasonForm] = ReasonForm
    variant: str = "primary"


def _can_be_retried(subscription: Subscription, newest: Charge | None) -> bool:
    return newest is not None and newest.status == ChargeStatus.PROCESSED and newest.collect_at is not None


CANCEL = Act(
    name="cancel",
    title="Cancel subscription",
    done="The subscription is cancelled.",
    pointless="Only a running or frozen subscription can be cancelled.",
    applies=lambda subscription, newest: subscription.status in (*RUNNING, SubscriptionStatus.FROZEN),
    explain=explain_cancel,
    run=cancel_subscription,
    variant="danger",
)
RETRY = Act(
    name="retry",
    title="Retry payment now",
    done="The payment is being tried again.",
    pointless="No payment of this subscription is waiting to be tried again.",
    applies=_can_be_retried,
    explain=explain_retry,
    run=retry_now,
)
CHANGE_CARD = Act(
    name="change_card",
    title="Change card",
    done="The subscription is paid with that card from now on.",
    pointless="This subscription has not begun or has ended, so that no card is asked for.",
    applies=lambda subscription, newest: subscription.status not in NEVER_PAID,
    explain=explain_change_card,
    run=change_card,
    form=CardForm,
)
RELEASE = Act(
    name="release",
    title="Release held periods",
    done="The missed periods are billed one after the other.",
    pointless="Nothing is held back for this subscription.",
    applies=lambda subscription, newest: subscription.held_at is not None,
    explain=explain_release,
    run=release_hold,
)
