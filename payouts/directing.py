"""Who directed a payout: said where it goes, how, or when, or set a log-in of its seller; and telling it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from customers.models import Account
from events.types import EventType, ObjectType
from events.writer import NewEvent, write_events, write_snapshot
from payouts.models import Direction, DirectionKind, Payout, PayoutAccount, PayoutSchedule


def note_account(account: PayoutAccount, by: User | None) -> None:
    """Keep who told an account, for ever, and tell the seller."""
    direction = _note(DirectionKind.ACCOUNT, by, account=account)
    _tell(direction, account.organization_id, currency=account.currency, shown_account=str(account))


def note_redirection(payout: Payout, by: User | None) -> Direction | None:
    """Keep who had a payout go elsewhere, or be made in another way."""
    return _note(DirectionKind.METHOD, by, payout=payout)


def note_method(payout: Payout, by: User) -> None:
    """Keep who had a payout be made in another way, and tell the seller."""
    _tell(
        note_redirection(payout, by),
        payout.organization_id,
        currency=payout.currency,
        amount=payout.amount_minor,
        shown_account=str(payout.account),
    )


def note_schedule(schedule: PayoutSchedule, by: User | None) -> None:
    """Keep who had a seller paid every month, or not any more, and tell the seller."""
    direction = _note(
        DirectionKind.SCHEDULE, by, organization_id=schedule.organization_id, currency=schedule.currency
    )
    _tell(direction, schedule.organization_id, currency=schedule.currency, is_monthly=schedule.is_active)


def note_log_in(log_in: User, by: User) -> None:
    """Keep who set the password, name or address of another one's log-in: they could act in that name."""
    if log_in.pk != by.pk:
        _note(DirectionKind.LOG_IN, by, log_in=log_in)


def has_directed(user: User, payout: Payout) -> bool:
    """Say whether a person directed a payout; the trigger `another_one_directed_it` asks the same."""
    people = Account.objects.filter(organization=payout.organization_id).values("user")
    directed = Q(account=payout.account_id) | Q(payout=payout) | Q(log_in__in=people)
    if payout.month is not None:
        directed |= Q(organization=payout.organization_id, currency=payout.currency)
    return Direction.objects.filter(directed, user=user).exists()


def _note(kind: DirectionKind, by: User | None, **of: object) -> Direction | None:
    return None if by is None else Direction.objects.create(kind=kind, user=by, **of)


def _tell(direction: Direction | None, organization_id: int, **said: Any) -> None:
    """Write the event by which people of the seller are mailed: they notice what they did not want."""
    if direction is None:
        return
    event = NewEvent(
        type=EventType.PAYOUT_SETTINGS_CHANGED,
        object_type=ObjectType.PAYOUT_SETTINGS,
        object_id=direction.public_id,
        sequence=1,
        application_id=None,
        organization_id=organization_id,
        buyer_id=None,
        livemode=True,
        occurred_at=direction.created_at,
        snapshot=write_snapshot({"change": direction.kind, **said}),
    )
    write_events([event])
