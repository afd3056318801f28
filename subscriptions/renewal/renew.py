"""Renewal: claim what is due, call the gateways, settle in batches.

Any number of workers may run it at once; everything after the claim is the collection protocol of `charges`.
"""

from datetime import datetime

import structlog
from django.db import transaction

from charges.collection.batch import send_attempts
from charges.collection.sweeps import collect_charges
from charges.history import SYSTEM
from core import clock
from core.failpoints import failpoint
from core.per_row import PASSING_ERRORS
from subscriptions.history import Hold, hold_subscriptions
from subscriptions.models import Subscription
from subscriptions.renewal.claim import Claimed, claim_renewals

BATCH = 1_000
log = structlog.get_logger(__name__)


def renew_due(*, until: datetime | None = None, limit: int = BATCH) -> int:
    """Bill up to `limit` periods due at `until` (UTC, now by default) and return how many there were.

    One that is skipped, held or has to wait for a payment counts, too. A subscription whose rows cannot be
    written while those of others can is held for a person.
    """
    until = until or clock.now()
    try:
        claimed = claim_renewals(until=until, limit=limit)
    except PASSING_ERRORS:
        raise
    except Exception:
        log.exception("a batch of renewals cannot be claimed at once")
        claimed = _claim_one_by_one(until, limit)
    failpoint("renew.claimed")
    send_attempts(claimed.planned)
    failpoint("renew.sent")
    collect_charges(claimed.single)
    return claimed.periods


def _claim_one_by_one(until: datetime, limit: int) -> Claimed:
    """Claim each subscription for itself and hold those that fail.

    Unless all do: then it is not their fault, but that of a schema that is older than the code, say.
    """
    claims, failures = [], {}
    for pk in list(Subscription.objects.due(until).values_list("pk", flat=True)[:limit]):
        try:
            claims.append(claim_renewals(until=until, limit=1, only=pk))
        except PASSING_ERRORS:
            raise
        except Exception as exc:
            log.exception("a renewal cannot be claimed", subscription=pk)
            failures[pk] = type(exc).__name__
    periods = sum(claim.periods for claim in claims)
    if periods:
        for pk, failure in failures.items():
            _hold(pk, until, f"It could not be billed ({failure}); the server's log says more.")
    return Claimed(
        periods=periods,
        planned=[attempt for claim in claims for attempt in claim.planned],
        single=[charge_id for claim in claims for charge_id in claim.single],
    )


@transaction.atomic
def _hold(subscription_id: int, until: datetime, reason: str) -> None:
    due = Subscription.objects.due(until).filter(pk=subscription_id).order_by()
    locked = due.select_for_update(no_key=True).first()
    if locked is not None:
        hold_subscriptions([Hold(locked.pk, locked.status, reason)], actor=SYSTEM, at=clock.now())
