"""Staff acts on a subscription: each asks for a reason and calls one service."""

from collections import Counter
from collections.abc import Container
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.admin.acts import Act, ReasonForm
from backoffice.admin.webhook_acts import make_instant_field
from backoffice.columns import write_moment
from backoffice.subscription_presenters import (
    explain_cancel,
    explain_cancel_later,
    explain_change_card,
    explain_extension,
    explain_hold,
    explain_keep,
    explain_release,
    explain_retry,
)
from charges.errors import WrongState
from charges.models import Charge, ChargeStatus
from core import clock
from customers.models import PaymentOption
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.cancel_at_period_end import (
    cancel_at_period_end,
    find_paid_end,
    keep_subscription,
)
from subscriptions.lifecycle.hold_and_retry import (
    has_more_periods,
    hold_subscription,
    release_hold,
    retry_now,
)
from subscriptions.lifecycle.payment_option import change_card, list_cards
from subscriptions.lifecycle.trial_extension import extend_trial, is_on_trial
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

NEVER_PAID = (SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED, SubscriptionStatus.CANCELLED)


def name_card(card: PaymentOption) -> str:
    """Name a card by what may be shown of it."""
    return f"{card}, valid through {card.exp_month:02}/{card.exp_year}" if card.exp_month else str(card)


class CardField(forms.ModelChoiceField):
    """A choice among cards."""

    alike: Container[str] = ()  # The names that several of the cards have.

    def label_from_instance(self, obj: Any) -> str:
        """Name a card, and say when it was added if another one has the same name."""
        name = name_card(obj)
        return f"{name}, added {write_moment(obj.created_at)}" if name in self.alike else name


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
        named = Counter(name_card(card) for card in choice.queryset)
        choice.alike = {name for name, times in named.items() if times > 1}

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"payment_option_id": self.cleaned_data["payment_option"].pk}


class TrialForm(ReasonForm):
    """When the trial ends instead, and why."""

    ends_at = make_instant_field("The trial ends")
    field_order = ("ends_at", "reason")

    def __init__(self, *args: Any, subject: Subscription, **kwargs: Any) -> None:
        ends_at = subject.trial_ends_at
        initial = {"ends_at": f"{ends_at:%Y-%m-%d %H:%M}"} if ends_at else {}
        super().__init__(*args, subject=subject, initial=initial, **kwargs)

    def clean_ends_at(self) -> datetime:
        """Return the instant, which is written in UTC."""
        ends_at: datetime = self.cleaned_data["ends_at"]
        return ends_at.replace(tzinfo=UTC)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"ends_at": self.cleaned_data["ends_at"]}

    def describe(self) -> str:
        """Return the old end, the new one, and why."""
        instants = (self.subject.trial_ends_at, self.cleaned_data["ends_at"])
        return f"{' -> '.join(f'{at:%Y-%m-%d %H:%M} UTC' for at in instants)}. {super().describe()}"


class PaidEndForm(ReasonForm):
    """The end that was shown, so that none is taken that came after it, and why."""

    ends_at = forms.CharField(widget=forms.HiddenInput)
    field_order = ("ends_at", "reason")

    def __init__(self, *args: Any, subject: Subscription, **kwargs: Any) -> None:
        ends_at = find_paid_end(subject)
        initial = {"ends_at": ends_at.isoformat()} if ends_at else {}
        super().__init__(*args, subject=subject, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse another end than the page said. Raises ValidationError."""
        said = super().clean() or {}
        shown = find_paid_end(self.subject)
        if shown is None or said.get("ends_at") != shown.isoformat():
            raise forms.ValidationError("It ends at another moment than the page said: open the page again.")
        return said

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"ends_at": datetime.fromisoformat(self.cleaned_data["ends_at"])}


def end_with_paid_time(subscription_id: int, *, actor: str, reason: str) -> Subscription:
    """Let a subscription end with the time that is paid for. Raises what `cancel_at_period_end` raises."""
    subscription = Subscription.objects.get(pk=subscription_id)
    ends_at = find_paid_end(subscription)
    if ends_at is None:
        raise WrongState(subscription.status)
    return cancel_at_period_end(subscription_id, actor=actor, reason=reason, ends_at=ends_at)


def _can_be_retried(subscription: Any) -> bool:
    newest: Charge | None = subscription.newest
    return newest is not None and newest.status == ChargeStatus.PROCESSED and newest.collect_at is not None


def _can_be_held(subscription: Subscription) -> bool:
    is_running = subscription.status in RUNNING and subscription.held_at is None
    return is_running and has_more_periods(subscription)


def _can_end_later(subscription: Subscription) -> bool:
    return subscription.cancel_at is None and find_paid_end(subscription) is not None


def _is_to_end(subscription: Subscription) -> bool:
    is_running = subscription.status in (*RUNNING, SubscriptionStatus.FROZEN)
    return is_running and subscription.cancel_at is not None and subscription.cancel_at > clock.now()


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
    needs_factor=True,
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
HOLD = Act(
    name="hold",
    title="Hold",
    done="Nothing is billed for it until somebody releases it.",
    pointless="It is held already, does not run, or has no further period.",
    applies=_can_be_held,
    explain=explain_hold,
    run=hold_subscription,
    needs_factor=True,
)
EXTEND_TRIAL = Act(
    name="extend_trial",
    title="Extend trial",
    done="The trial ends later now.",
    pointless="It is not on trial, or is to end with its trial.",
    applies=is_on_trial,
    explain=explain_extension,
    run=extend_trial,
    form=TrialForm,
    needs_factor=True,
)
CANCEL_LATER = Act(
    name="cancel_later",
    title="Cancel at the end of the paid time",
    done="The subscription ends with the time that is paid for.",
    pointless="No paid time lies ahead, or it is to end already.",
    applies=_can_end_later,
    explain=explain_cancel_later,
    run=cancel_at_period_end,
    form=PaidEndForm,
    variant="danger",
    needs_factor=True,
)
END_LATER = replace(CANCEL_LATER, name="end_later", run=end_with_paid_time, form=ReasonForm)
KEEP = Act(
    name="keep",
    title="Keep it",
    done="The subscription goes on.",
    pointless="It is not to end.",
    applies=_is_to_end,
    explain=explain_keep,
    run=keep_subscription,
    needs_factor=True,
)
ACTS = (CANCEL, CANCEL_LATER, KEEP, RETRY, CHANGE_CARD, EXTEND_TRIAL, HOLD, RELEASE)
