"""The events of charges: which change of a charge is told, and how."""

from collections.abc import Sequence
from datetime import datetime

from charges.models import Charge, ChargeStatus
from charges.rows import ChargeMove, ChargeRow, read_charge
from events.writer import NewEvent, describe_event, write_events

CREATED = "created"
VERBS = {
    ChargeStatus.ACCEPTED: "accepted",
    ChargeStatus.DECLINED: "declined",
    ChargeStatus.PROCESSED: "activated",
    ChargeStatus.SUCCESS: "succeeded",
    ChargeStatus.FAILED: "failed",
}


def find_verb(move: ChargeMove) -> str | None:
    """Return in one word what a change means to those who follow a charge; None for nothing."""
    before, after = move.before, move.after
    if before.status != after.status:
        return VERBS[ChargeStatus(after.status)]
    if after.failure_count > before.failure_count:
        return "payment_failed"
    if after.failure_code != before.failure_code and after.collect_at is None and after.failure_code:
        return "confirmation_required"
    return None


def number_events(moves: Sequence[ChargeMove]) -> list[ChargeMove]:
    """Return changes with the number of each that is told; the event has the same number."""
    return [
        move if find_verb(move) is None else move._replace(after=_count_one(move.after)) for move in moves
    ]


def tell_moves(moves: Sequence[ChargeMove]) -> None:
    """Write the events of numbered changes, in the caller's transaction."""
    told = [(verb, move.after) for move in moves if (verb := find_verb(move))]
    write_events([_describe(verb, after, after.updated_at) for verb, after in told])


def tell_creation(charge: Charge) -> None:
    """Write the event of a charge that was just made; it is number 1."""
    write_events([_describe(CREATED, read_charge(charge), charge.created_at)])


def _count_one(row: ChargeRow) -> ChargeRow:
    return row._replace(event_count=row.event_count + 1)


def _describe(verb: str, row: ChargeRow, at: datetime) -> NewEvent:
    return describe_event(
        row,
        object_type=row.kind,
        verb=verb,
        at=at,
        snapshot={
            "status": row.status,
            "amount": row.total_minor,
            "currency": row.currency,
            "failure_code": row.failure_code,
            "next_attempt_at": row.collect_at,
        },
    )
