"""The one writer of subscriptions: every change of status, renewal, hold and act of staff leaves a row."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django_fsm import TransitionNotAllowed

from charges.errors import WrongState
from core import clock
from core.bulk import insert_rows, update_rows
from events.writer import tell_rows
from subscriptions.events import SUBSCRIPTIONS, find_event
from subscriptions.models import Subscription, SubscriptionChange
from subscriptions.rows import SubscriptionMove, SubscriptionRow, SubscriptionUpdate, read_subscription


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


_pick_update = attrgetter(*SubscriptionUpdate._fields[:-1])


def write_moves(moves: Sequence[SubscriptionMove], *, actor: str) -> None:
    """Write changes of subscriptions that the caller has locked, and their history, one statement a table.

    Several moves of one subscription follow each other, and each is told.
    """
    for turn in _take_turns(moves):
        _write_turn(turn, actor=actor)


def hold_subscriptions(holds: Sequence[Hold], *, actor: str, at: datetime) -> None:
    """Bill these subscriptions no more until staff release them; the caller has locked them."""
    reasons = {hold.subscription_id: hold.reason for hold in holds}
    rows = map(read_subscription, Subscription.objects.filter(pk__in=reasons)) if reasons else ()
    write_moves([_hold(row, reasons[row.id], at) for row in rows], actor=actor)


def change_status(
    subscription: Subscription, move: Callable[[], None], *, actor: str, reason: str = ""
) -> None:
    """Make one transition of a subscription that the caller has locked, save it and record who did it.

    Raises WrongState when it cannot make it from where it is.
    """
    before = read_subscription(subscription)
    try:
        move()
    except TransitionNotAllowed:
        raise WrongState(before.status) from None
    subscription.updated_at = clock.now()
    subscription.event_count += 1
    subscription.save()
    _record(subscription, before, actor=actor, reason=reason)


def record_act(subscription: Subscription, *, actor: str, reason: str) -> None:
    """Write history and event of something that was done to a subscription and left its status."""
    before = read_subscription(subscription)
    subscription.event_count += 1
    subscription.save(update_fields=["event_count"])
    _record(subscription, before, actor=actor, reason=reason)


def change_end(subscription: Subscription, cancel_at: datetime | None, *, actor: str, reason: str) -> None:
    """Let a subscription that the caller has locked end at an instant (UTC), or not end by itself."""
    before = read_subscription(subscription)
    subscription.cancel_at, subscription.updated_at = cancel_at, clock.now()
    subscription.event_count += 1
    subscription.save(update_fields=["cancel_at", "updated_at", "event_count"])
    _record(subscription, before, actor=actor, reason=reason)


def extend_schedule(subscription: Subscription, ends_at: datetime, *, actor: str, reason: str) -> None:
    """Let the trial of a subscription that the caller has locked end at an instant (UTC)."""
    before = read_subscription(subscription)
    subscription.anchor_at = subscription.trial_ends_at = subscription.next_charge_at = ends_at
    if subscription.held_at is None:
        subscription.due_at = ends_at
    subscription.updated_at = clock.now()
    subscription.event_count += 1
    subscription.save(
        update_fields=[
            *("anchor_at", "trial_ends_at", "next_charge_at", "due_at", "updated_at", "event_count"),
        ]
    )
    _record(subscription, before, actor=actor, reason=reason)


def _record(subscription: Subscription, before: SubscriptionRow, *, actor: str, reason: str) -> None:
    SubscriptionChange.objects.create(
        subscription=subscription,
        from_status=before.status,
        to_status=subscription.status,
        actor=actor,
        reason=reason,
    )
    event = find_event(SubscriptionMove(before, read_subscription(subscription), reason))
    tell_rows(SUBSCRIPTIONS, [(event, subscription.pk)] if event else [])


def _take_turns(moves: Sequence[SubscriptionMove]) -> Iterator[list[SubscriptionMove]]:
    """Yield moves in lists in which no subscription is twice: as a rule one list."""
    while moves:
        turn: dict[int, SubscriptionMove] = {}
        later = []
        for move in moves:
            if turn.setdefault(move.after.id, move) is not move:
                later.append(move)
        yield [*turn.values()]
        moves = later


def _write_turn(moves: Sequence[SubscriptionMove], *, actor: str) -> None:
    told = [find_event(move) for move in moves]
    history = [
        HistoryRow(after.id, before.status, after.status, actor, reason[:255], after.updated_at)
        for before, after, reason in moves
        if before.status != after.status or reason
    ]
    updates = [
        SubscriptionUpdate._make((*_pick_update(move.after), int(event is not None)))
        for move, event in zip(moves, told, strict=True)
    ]
    insert_rows(SubscriptionChange, history)
    update_rows(Subscription, updates, adding="event_count")
    happened = [(event, move.after.id) for event, move in zip(told, moves, strict=True) if event]
    tell_rows(SUBSCRIPTIONS, happened)


def _hold(row: SubscriptionRow, reason: str, at: datetime) -> SubscriptionMove:
    held = row._replace(due_at=None, held_at=at, held_reason=reason[:255], updated_at=at)
    return SubscriptionMove(row, held, f"Held: {reason}")
