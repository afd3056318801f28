"""Call a gateway once for an attempt, within its lease, and say what came of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from charges.collection.expired_cards import refuse_expired
from charges.collection.outcome_types import NeverSent, NoAnswer, Outcome, RefusedHere, name_void
from charges.models import Attempt, AttemptState, ChargeKind
from charges.processor.gateway_for import find_key_of, open_gateway
from core import clock
from core.failpoints import failpoint
from core.money import Money
from gateway.base import Gateway, NotSent
from gateway.movements import Answer, Movement, MovementKind, Verdict

CALL_BUDGET = timedelta(seconds=20)
MOVEMENTS = {
    ChargeKind.CHARGE: MovementKind.CHARGE,
    ChargeKind.DISBURSEMENT: MovementKind.PAYOUT,
    ChargeKind.REFUND: MovementKind.REFUND,
}

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Another process has the attempt now, or too little of the lease is left to send it."""


class PlannedAttempt(NamedTuple):
    """An attempt whose intent is committed and whose lease this process holds."""

    id: int
    key: str
    kind: str
    gateway: str
    token: str
    money: Money
    description: str
    instant: datetime
    lease_ends: datetime
    sealed_processor_key: bytes | None = None
    reference: str = ""
    return_url: str = ""
    has_expired: bool = False

    @property
    def movement(self) -> Movement:
        """What the gateway is asked for."""
        return Movement(
            kind=MOVEMENTS[ChargeKind(self.kind)],
            key=self.key,
            money=self.money,
            token=self.token,
            sent_at=self.instant,
            description=self.description,
            reference=self.reference,
            return_url=self.return_url,
        )


def describe_attempt(attempt: Attempt, *, lease_ends: datetime, return_url: str = "") -> PlannedAttempt:
    """Return what a gateway is told of an attempt whose lease the caller holds."""
    return PlannedAttempt(
        id=attempt.pk,
        key=attempt.key,
        kind=attempt.charge.kind,
        gateway=attempt.gateway,
        token=attempt.token,
        money=attempt.money,
        description=attempt.charge.name,
        instant=attempt.sent_at,
        lease_ends=lease_ends,
        sealed_processor_key=find_key_of(attempt),
        reference=attempt.gateway_reference or "",
        return_url=return_url,
        has_expired=_is_first_call(attempt) and _has_expired(attempt),
    )


def call_gateway(attempt: PlannedAttempt) -> Outcome | None:
    """Send an attempt and return its outcome; None when the lease is lost, or too little of it is left.

    Call it outside transactions. Whatever goes wrong after the request left, money may have moved.
    """
    try:
        gateway = open_gateway(attempt.gateway, attempt.sealed_processor_key)
        if attempt.has_expired and (refusal := _refuse_expired(gateway, attempt)):
            return refusal
        movement = _prepare(gateway, attempt)
        failpoint("gateway.before_call")
        # The fence: a worker that slept through its lease must not send, the resolver may have. Nothing
        # may come between it and the call.
        _require_lease(attempt)
        answer = _move_money(gateway, movement)
        failpoint("gateway.answered")
        if answer.verdict == Verdict.VOID:
            is_waiting = bool(movement.return_url)
            return name_void(answer, reference=movement.reference, awaits_payer=is_waiting)
        return answer
    except LeaseLost:
        return None
    except NotSent as exc:
        return NeverSent(str(exc))
    except Exception as exc:
        log.warning("gateway gave no answer", attempt=attempt.key, exc_info=True)
        return NoAnswer(repr(exc))


def _is_first_call(attempt: Attempt) -> bool:
    """Say whether nothing can have been sent yet, so that a refusal of ours is the whole truth."""
    is_new = attempt.state == AttemptState.SENDING and attempt.checks == 0
    return is_new and attempt.gateway_reference is None


def _has_expired(attempt: Attempt) -> bool:
    option = attempt.charge.payment_option
    return option is not None and option.has_expired(attempt.sent_at)


def _refuse_expired(gateway: Gateway, attempt: PlannedAttempt) -> RefusedHere | None:
    """Refuse an expired card unless it was renewed. Raises LeaseLost, NotSent.

    The fence is on both sides: the processor is asked about the card, and that may take long.
    """
    _require_lease(attempt)
    refusal = refuse_expired(gateway, token=attempt.token)
    _require_lease(attempt)
    return refusal


def _prepare(gateway: Gateway, attempt: PlannedAttempt) -> Movement:
    """Have the processor name a charge before money can move, and commit the name.

    Raises NotSent when that fails, whatever the reason: nothing has moved then. Raises LeaseLost.
    """
    movement = attempt.movement
    if not gateway.prepares or movement.reference or movement.kind != MovementKind.CHARGE:
        return movement
    _require_token(movement)
    _require_lease(attempt)
    try:
        reference = gateway.prepare(movement)
    except Exception as exc:
        log.warning("charge cannot be prepared", attempt=attempt.key, exc_info=True)
        raise NotSent(f"The charge could not be prepared: {exc!r}") from exc
    if reference and not _keep_reference(attempt, reference):
        raise LeaseLost
    return replace(movement, reference=reference)


def _keep_reference(attempt: PlannedAttempt, reference: str) -> bool:
    """Commit the reference, and say whether this process still holds the attempt."""
    mine = Attempt.objects.filter(pk=attempt.id, check_at=attempt.lease_ends, gateway_reference=None)
    return mine.update(gateway_reference=reference) == 1


def _require_lease(attempt: PlannedAttempt) -> None:
    if clock.now() > attempt.lease_ends - CALL_BUDGET:
        raise LeaseLost


def _require_token(movement: Movement) -> None:
    if not movement.token:
        raise NotSent("The processor has no record of this customer.")


def _move_money(gateway: Gateway, movement: Movement) -> Answer:
    _require_token(movement)
    if movement.kind == MovementKind.REFUND:
        return gateway.refund(movement)
    return gateway.payout(movement) if movement.kind == MovementKind.PAYOUT else gateway.charge(movement)
