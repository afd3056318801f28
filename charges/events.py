"""The events of charges: which change of a charge is told, and how."""

from collections.abc import Mapping
from typing import Any

from charges.models import ChargeStatus
from charges.rows import ChargeMove
from events.types import EventType, name_event
from events.writer import Subject, describe_event

CHARGES = Subject(
    table="charges_charge",
    snapshot="""jsonb_build_object(
        'status', o.status, 'amount', o.total_minor, 'currency', o.currency, 'failure_code', o.failure_code,
        'next_attempt_at', o.collect_at)""",
)
CREATED = "created"
VERBS: Mapping[str, str] = {
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
        return VERBS[after.status]
    if after.failure_count > before.failure_count:
        return "payment_failed"
    if after.failure_code != before.failure_code and after.collect_at is None and after.failure_code:
        return "confirmation_required"
    return None


def find_event(move: ChargeMove) -> EventType | None:
    """Return the event of a change; None for one that is not told."""
    verb = find_verb(move)
    return name_event(move.after.kind, verb) if verb else None


def describe_creation(kind: str) -> dict[str, Any]:
    """Return the parameters of the event of a charge that is made now; it is number 1."""
    return describe_event(name_event(kind, CREATED))
