"""Staff acts on webhook endpoints and deliveries: each asks for a reason and calls one service."""

from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from backoffice.admin.acts import Act, ReasonForm
from backoffice.columns import write_instant
from webhooks import endpoints, repair
from webhooks.models import Delivery, Endpoint

INSTANT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]


def make_instant_field(label: str) -> forms.DateTimeField:
    """Return a field of an instant, written in UTC."""
    return forms.DateTimeField(
        label=label,
        input_formats=INSTANT_FORMATS,
        widget=UnfoldAdminTextInputWidget,
        help_text="In UTC, such as 2026-11-29 08:00.",
    )


class RangeForm(ReasonForm):
    """From when to when, and why."""

    since = make_instant_field("From")
    until = make_instant_field("Until before")
    only_failed = forms.BooleanField(
        required=False, initial=True, label="Leave out what was delivered", widget=UnfoldBooleanSwitchWidget
    )
    field_order = ("since", "until", "only_failed", "reason")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        chosen = {name: self.cleaned_data[name] for name in ("since", "until", "only_failed")}
        return super().list_arguments() | chosen

    def describe(self) -> str:
        """Return the range and why."""
        since, until = (write_instant(self.cleaned_data[name]) for name in ("since", "until"))
        return f"{since} to {until}. {super().describe()}"


def send_test(pk: int, *, actor: str, reason: str) -> None:
    """Send a test event; who did it and why is in the log of the admin."""
    repair.send_test_event(pk)


def replay_range(
    pk: int, *, actor: str, reason: str, since: datetime, until: datetime, only_failed: bool
) -> None:
    """Send again what happened in a range of time (UTC)."""
    repair.replay_range(pk, since=since, until=until, only_failed=only_failed)


def switch_off(pk: int, *, actor: str, reason: str) -> None:
    """Send nothing until it is switched on."""
    endpoints.disable_endpoint(pk)


def switch_on(pk: int, *, actor: str, reason: str) -> None:
    """Send again from where it stopped."""
    endpoints.enable_endpoint(pk)


def replay_one(pk: int, *, actor: str, reason: str) -> None:
    """Send one event again."""
    delivery = Delivery.objects.get(pk=pk)
    repair.replay_delivery(delivery.endpoint_id, event_id=delivery.event_id)


def _is_kept(endpoint: Endpoint) -> bool:
    return endpoint.deleted_at is None


TEST = Act(
    name="test",
    title="Send a test event",
    done="A test event is on its way.",
    pointless="The endpoint was deleted.",
    applies=_is_kept,
    explain=lambda endpoint: [f"An event of the type endpoint.tested is sent to {endpoint.url}."],
    run=send_test,
)
REPLAY_RANGE = Act(
    name="replay_range",
    title="Replay a range",
    done="These events are on their way again.",
    pointless="The endpoint was deleted.",
    applies=_is_kept,
    explain=lambda endpoint: ["What happened in that time is sent again, each event under the same id."],
    run=replay_range,
    form=RangeForm,
)
SWITCH_OFF = Act(
    name="switch_off",
    title="Switch off",
    done="Nothing is sent to it until it is switched on.",
    pointless="It is switched off already.",
    applies=lambda endpoint: _is_kept(endpoint) and endpoint.disabled_at is None,
    explain=lambda endpoint: ["Events wait, and are sent when it is switched on."],
    run=switch_off,
    variant="danger",
)
SWITCH_ON = Act(
    name="switch_on",
    title="Switch on",
    done="Events are sent to it, from where it stopped.",
    pointless="It is on already.",
    applies=lambda endpoint: _is_kept(endpoint) and endpoint.disabled_at is not None,
    explain=lambda endpoint: ["It gets all that waited, in order. What waits for a retry is sent at once."],
    run=switch_on,
)
REPLAY = Act(
    name="replay",
    title="Replay",
    done="The event is on its way again.",
    pointless="The endpoint was deleted.",
    applies=lambda delivery: _is_kept(delivery.endpoint),
    explain=lambda delivery: [
        "The event is sent again under the same id; the seller's program knows it by that."
    ],
    run=replay_one,
)
