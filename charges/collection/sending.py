"""Call a gateway once for an attempt, within its lease, and say what came of it."""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from charges.collection.outcomes import NeverSent, NoAnswer, Outcome
from charges.models import ChargeKind
from charges.processor.gateway_for import open_gateway
from core import clock
from core.money import Money
from gateway.base import NotSent
from gateway.movements import Answer
from gateway.registry import OutsideTransactions

CALL_BUDGET = timedelta(seconds=20)

log = structlog.get_logger(__name__)


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


def call_gateway(attempt: PlannedAttempt) -> Outcome | None:
    """Send an attempt and return its outcome; None when too little of the lease is left to send it.

    Call it outside transactions. Whatever goes wrong after the request left, money may have moved.
    """
    try:
        gateway = open_gateway(attempt.gateway, attempt.sealed_processor_key)
        # The fence: a worker that slept through its lease must not send, the resolver may have. Nothing
        # may come between it and the call.
        if clock.now() > attempt.lease_ends - CALL_BUDGET:
            return None
        return _move_money(gateway, attempt)
    except NotSent as exc:
        return NeverSent(str(exc))
    except Exception as exc:
        log.warning("gateway gave no answer", attempt=attempt.key, exc_info=True)
        return NoAnswer(repr(exc))


def _move_money(gateway: OutsideTransactions, attempt: PlannedAttempt) -> Answer:
    key, money, token = attempt.key, attempt.money, attempt.token
    if not token:
        raise NotSent("The processor has no record of this customer.")
    if attempt.kind == ChargeKind.REFUND:
        return gateway.refund(key=key, money=money, reference=token)
    move = gateway.payout if attempt.kind == ChargeKind.DISBURSEMENT else gateway.charge
    return move(key=key, money=money, token=token, description=attempt.description)
