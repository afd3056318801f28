"""Taking the buyer's money exactly once over a gateway that may answer late, twice or never.

The intent is committed before the gateway is called, under a key that is never made again; the call
happens outside any transaction and only within the lease; the answer is applied once. What has no
definite answer is left to `charges.collection.resolve`. docs/decisions/0005-collection.md tells why.
"""

from datetime import timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Max

from charges.collection.invoice_remainder import lock_agreement, reduce_to_open_balance
from charges.collection.payout_limits import NOT_PERMITTED, find_excess, lock_payer
from charges.collection.retries import plan_retry
from charges.collection.settle import settle_answers
from charges.history import SYSTEM, change_status, give_up_charge
from charges.models import Acceptance, Attempt, AttemptState, Charge, ChargeKind
from charges.processor.enrolment import enrol_customer
from charges.processor.gateway_for import open_gateway_for
from charges.processor.payment_source import choose_source
from core import clock
from core.keys import attempt_key
from gateway.base import Answer, NotSent, Verdict
from gateway.registry import OutsideTransactions

LEASE = timedelta(seconds=120)
CALL_BUDGET = timedelta(seconds=20)
FIRST_CHECK = timedelta(seconds=10)
NOT_SENT_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)

log = structlog.get_logger(__name__)


def collect_charge(charge_id: int) -> None:
    """Collect one charge if it is due; running it again, or twice at once, never collects twice.

    A payout or refund goes the same way, in its own direction.
    """
    enrol_customer(charge_id)
    attempt = claim_charge(charge_id)
    if attempt is not None:
        send_attempt(attempt)


def claim_charge(charge_id: int) -> Attempt | None:
    """Commit the intent to collect a due charge and return it; None when there is nothing to do."""
    with transaction.atomic(durable=True):
        lock_agreement(charge_id)
        charge = Charge.objects.due().filter(pk=charge_id).select_for_update(skip_locked=True).first()
        if charge is None:
            return None
        charge.collect_at = None
        charge.save(update_fields=["collect_at"])
        if not has_consent(charge):
            log.error("charge without consent is not collected", charge=charge.key)
            return None
        if charge.kind == ChargeKind.DISBURSEMENT and not _may_pay_out(charge):
            return None
        wanted = reduce_to_open_balance(charge)
        return None if wanted is None else _plan_attempt(wanted)


def has_consent(charge: Charge) -> bool:
    """Check, as the last gate before money moves, that the buyer agreed to these terms.

    Whether a customer agreed is between it and its merchant, who answers for it; a refund needs no consent.
    """
    if charge.customer_id is not None or charge.refund_of_id is not None:
        return True
    if charge.subscription_id is None:
        return Acceptance.objects.filter(charge=charge, terms_hash=charge.terms_hash).exists()
    return Acceptance.objects.filter(subscription_id=charge.subscription_id).exists()


def send_attempt(attempt: Attempt) -> None:
    """Call the gateway for an attempt whose lease the caller holds, and apply what it says."""
    gateway = open_gateway_for(attempt)
    lease_ends = attempt.check_at
    # The fence: a worker that slept through its lease must not send, the resolver may have. Nothing
    # may come between it and the call.
    if lease_ends is None or clock.now() > lease_ends - CALL_BUDGET:
        return
    try:
        answer = _call(gateway, attempt)
    except NotSent as exc:
        void_attempt(attempt.pk, message=str(exc))
    except Exception as exc:
        # Whatever went wrong after the request left, money may have moved.
        log.warning("gateway gave no answer", attempt=attempt.key, exc_info=True)
        postpone_attempt(attempt.pk, message=repr(exc), delay=FIRST_CHECK)
    else:
        if answer.verdict in (Verdict.APPROVED, Verdict.DECLINED):
            apply_answer(attempt.pk, answer)
        else:
            postpone_attempt(attempt.pk, message="The gateway is still at it.", delay=FIRST_CHECK)


def apply_answer(attempt_id: int, answer: Answer) -> None:
    """Record a gateway's answer with all that follows from it; a second application changes nothing."""
    settle_answers({attempt_id: answer})


def void_attempt(attempt_id: int, *, message: str) -> None:
    """Note that an attempt never left, and put its charge back into the queue for ever later."""
    with transaction.atomic(durable=True):
        attempt = _lock_attempt(attempt_id)
        if attempt.state != AttemptState.SENDING:
            return
        attempt.void(message)
        attempt.save()
        if attempt.charge.given_up_at is not None:
            give_up_charge(attempt.charge, actor=SYSTEM)
        elif attempt.charge.retry_limit is not None:
            count_failure(attempt.charge, message=message)
        else:
            delay = min(NOT_SENT_DELAY * 2 ** min(attempt.number - 1, 10), LONGEST_DELAY)
            attempt.charge.collect_at = clock.now() + delay
            attempt.charge.save(update_fields=["collect_at"])


def count_failure(charge: Charge, *, message: str) -> None:
    """Try a charge again by its policy, or let it fail; the caller has locked it."""
    retry_at = plan_retry(charge, at=clock.now(), hard=False)
    if retry_at is None:
        fail_charge(charge, code="not_sent", message=message)
        return
    charge.collect_at, charge.updated_at = retry_at, clock.now()
    charge.failure_count += 1
    charge.failure_message = message[:255]
    charge.save(update_fields=["collect_at", "updated_at", "failure_count", "failure_message"])


def fail_charge(charge: Charge, *, code: str, message: str) -> None:
    """Let a charge fail for good; the caller has locked it."""
    charge.failure_count += 1
    change_status(charge, partial(charge.fail, code, message), actor=SYSTEM, reason=message[:255])


def postpone_attempt(attempt_id: int, *, message: str, delay: timedelta) -> None:
    """Note that the outcome is unknown; the resolver asks the gateway after the delay."""
    with transaction.atomic(durable=True):
        attempt = _lock_attempt(attempt_id)
        if attempt.is_open:
            attempt.lose_track(message, clock.now() + delay)
            attempt.save()


def _call(gateway: OutsideTransactions, attempt: Attempt) -> Answer:
    key, money, token = attempt.key, attempt.money, attempt.token
    if not token:
        raise NotSent("The processor has no record of this customer.")
    if attempt.charge.kind == ChargeKind.REFUND:
        return gateway.refund(key=key, money=money, reference=token)
    move = gateway.payout if attempt.charge.kind == ChargeKind.DISBURSEMENT else gateway.charge
    return move(key=key, money=money, token=token, description=attempt.charge.name)


def _may_pay_out(charge: Charge) -> bool:
    """Say whether a payout may be sent now; one that may not fails, or is tried again the next day."""
    merchant = lock_payer(charge)
    if not merchant.may_pay_out:
        fail_charge(charge, code="not_permitted", message=NOT_PERMITTED)
        return False
    excess = find_excess(charge, merchant)
    if excess:
        count_failure(charge, message=excess)
    return not excess


def _plan_attempt(charge: Charge) -> Attempt:
    number = (charge.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    gateway, token = choose_source(charge)
    now = clock.now()
    return Attempt.objects.create(
        charge=charge,
        number=number,
        key=attempt_key(charge.public_id, number),
        gateway=gateway,
        token=token,
        amount_minor=charge.total_minor,
        currency=charge.currency,
        livemode=not charge.test,
        check_at=now + LEASE,
        sent_at=now,
    )


def _lock_attempt(attempt_id: int) -> Attempt:
    """Lock charge, then attempt: the order in which every money operation locks."""
    charge = Charge.objects.select_for_update().get(attempts=attempt_id)
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    attempt.charge = charge
    return attempt
