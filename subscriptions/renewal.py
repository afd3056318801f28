"""Renewal: claim what is due, call the gateways, settle in batches.

Any number of workers may run it at once; everything after the claim is the collection protocol of `charges`.
"""

from datetime import datetime

import structlog

from charges.planning import send_attempts
from charges.sweeps import collect_charges
from core import clock
from core.isolation import PASSING_ERRORS
from subscriptions.claiming import Claimed, claim_renewals
from subscriptions.models import Subscription

BATCH = 1_000
log = structlog.get_logger(__name__)


def renew_due(*, until: datetime | None = None, limit: int = BATCH) -> int:
    """Bill up to `limit` periods due at `until` (UTC, now by default) and return how many there were.

    A period that is left out counts as one. A subscription whose rows cannot be written is held for a
    person, and the others go on.
    """
    until = until or clock.now()
    try:
        claimed = claim_renewals(until=until, limit=limit)
    except PASSING_ERRORS:
        raise
    except Exception:
        log.exception("a batch of renewals cannot be claimed at once")
        claimed = _claim_one_by_one(until, limit)
    send_attempts(claimed.planned)
    collect_charges(claimed.single)
    return claimed.periods


def _claim_one_by_one(until: datetime, limit: int) -> Claimed:
    due = list(Subscription.objects.due(until).values_list("pk", flat=True)[:limit])
    claims = [_claim_or_hold(pk, until) for pk in due]
    return Claimed(
        periods=sum(claim.periods for claim in claims),
        planned=[attempt for claim in claims for attempt in claim.planned],
        single=[charge_id for claim in claims for charge_id in claim.single],
    )


def _claim_or_hold(subscription_id: int, until: datetime) -> Claimed:
    try:
        return claim_renewals(until=until, limit=1, only=subscription_id)
    except PASSING_ERRORS:
        raise
    except Exception as exc:
        log.exception("a renewal is held for a person", subscription=subscription_id)
        reason = f"It could not be billed ({type(exc).__name__}); the server's log says more."
        held = Subscription.objects.due(until).filter(pk=subscription_id)
        held.order_by().update(due_at=None, held_at=clock.now(), held_reason=reason)
        return Claimed(1, [], [])
