"""The one writer of subscriptions: every change of status, renewal, hold and act of staff leaves a row."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django_fsm import TransitionNotAllowed

from charges.errors import WrongState
from core import clock
from core.bulk import insert_rows, update_rows
from subscriptions.models import Subscription, SubscriptionChange
from subscriptions.rows import SubscriptionMove, SubscriptionUpdate


class HistoryRow(NamedTuple):
    """The columns of a SubscriptionChange."""

    subscription_id: int
    from_status: str
    to_status: str
    actor: str
    reason: str
    created_at: datetime


class Hold(NamedTuple):
    """A subscription that is not billed until a person has looked at it."""

    subscription_id: int
    status: str
    reason: str


class HeldRow(NamedTuple):
    """The columns that a hold sets."""

    id: int
    due_at: None
    held_at: datetime
    held_reason: str


_pick_update = attrgetter(*SubscriptionUpdate._fields)


def write_moves(moves: Sequence[SubscriptionMove], *, actor: str) -> None:
    """Write changes of subscriptions that the caller has locked, and their history, one statement a table.

    Several moves of one subscription follow each other; the last is what it comes to.
    """
    history = [
        HistoryRow(after.id, before.status, after.status, actor, reason[:255], after.updated_at)
        for before, after, reason in moves
        if before.status != after.status or reason
    ]
    last = {move.after.id: move.after for move in moves}
    insert_rows(SubscriptionChange, history)
    update_rows(Subscription, [SubscriptionUpdate._make(_pick_update(row)) for row in last.values()])


def hold_subscriptions(holds: Sequence[Hold], *, actor: str, at: datetime) -> None:
    """Bill these subscriptions no more until staff release them; the caller has locked them."""
    history = [
        HistoryRow(hold.subscription_id, hold.status, hold.status, actor, f"Held: {hold.reason}"[:255], at)
        for hold in holds
    ]
    insert_rows(SubscriptionChange, history)
    update_rows(Subscription, [HeldRow(hold.subscription_id, None, at, hold.reason[:255]) for hold in holds])


def change_status(
    subscription: Subscription, move: Callable[[], None], *, actor: str, reason: str = ""
) -> None:
    """Make one transition of a subscription that the caller has locked, save it and record who did it.

    Raises WrongState when it cannot make it from where it is.
    """
    before = subscription.status
    try:
        move()
    except TransitionNotAllowed:
        raise WrongState(before) from None
    subscription.updated_at = clock.now()
    subscription.save()
    record_act(subscription, before=before, actor=actor, reason=reason)


def record_act(subscription: Subscription, *, before: str, actor: str, reason: str) -> None:
    """Write the history row of something that was done to a subscription."""
    SubscriptionChange.objects.create(
        subscription=subscription,
        from_status=before,
        to_status=subscription.status,
        actor=actor,
        reason=reason,
    )
