"""Taking the buyer's money exactly once over a gateway that may answer late, twice or never.

The intent is committed before the gateway is called, under a key that is never made again; the call
happens outside any transaction and only within the lease; the outcome is applied once. What has no
definite answer is left to `charges.collection.resolve`. docs/decisions/0005-collection.md tells why.
"""

import structlog
from django.db import transaction
from django.db.models import Max

from charges.collection.invoice_remainder import lock_agreement, reduce_to_open_balance
from charges.collection.new_attempt import plan_attempt
from charges.collection.outcome_types import Change
from charges.collection.outcomes import attempt_failed
from charges.collection.payout_limits import Refusal, find_refusal, lock_payer
from charges.collection.sending import call_gateway, describe_attempt
from charges.collection.settle import make_listener, settle_outcomes, write_changes
from charges.models import Acceptance, Attempt, Charge, ChargeKind
from charges.processor.current_option import CODE, take_current_option
from charges.processor.enrolment import enrol_customer
from charges.processor.gateway_for import is_on_own_account
from charges.processor.gateway_tokens import choose_source
from charges.rows import read_charge
from core import clock
from core.failpoints import failpoint
from core.processor_keys import attempt_key, period_key

log = structlog.get_logger(__name__)


def collect_charge(charge_id: int) -> None:
    """Collect one charge if it is due; running it again, or twice at once, never collects twice.

    A payout or refund goes the same way, in its own direction.
    """
    enrol_customer(charge_id)
    attempt = claim_charge(charge_id)
    failpoint("collect.claimed")
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
        if refusal := take_current_option(charge):
            _fail(charge, Refusal(CODE, refusal, final=False))
            return None
        if charge.kind == ChargeKind.DISBURSEMENT and _refuse_payout(charge):
            return None
        wanted = reduce_to_open_balance(charge)
        attempt = None if wanted is None else _create_attempt(wanted)
        failpoint("collect.before_commit")
        return attempt


def has_consent(charge: Charge) -> bool:
    """Say whether the buyer accepted these terms, so that a charge without consent is logged and not sent.

    The database refuses its attempt anyway (`charges.models.guards`). Whether a customer agreed is between it
    and its merchant, who answers for it; a refund needs no consent.
    """
    if charge.customer_id is not None or charge.refund_of_id is not None:
        return True
    accepted = Acceptance.objects.filter(organization=charge.buyer_id)
    if charge.subscription is None:
        return accepted.filter(charge=charge, terms_hash=charge.terms_hash).exists()
    terms_hash = charge.subscription.terms_hash
    return accepted.filter(subscription=charge.subscription, terms_hash=terms_hash).exists()


def send_attempt(attempt: Attempt) -> None:
    """Call the gateway for an attempt whose lease the caller holds, and apply what comes of it."""
    if attempt.check_at is None:
        return
    outcome = call_gateway(describe_attempt(attempt, lease_ends=attempt.check_at))
    if outcome is not None:
        settle_outcomes({attempt.pk: outcome})


def _refuse_payout(charge: Charge) -> bool:
    """Say whether a payout may not be sent now; then it fails, or is tried again by its policy."""
    refusal = find_refusal(charge, lock_payer(charge))
    if refusal is not None:
        _fail(charge, refusal)
    return refusal is not None


def _fail(charge: Charge, refusal: Refusal) -> None:
    """Let a charge for which nothing may be sent now fail, or be tried again by its policy."""
    change: Change = attempt_failed(
        read_charge(charge), code=refusal.code, message=refusal.message, at=clock.now(), final=refusal.final
    )
    write_changes([change], make_listener(charge_ids=[charge.pk]))


def _create_attempt(charge: Charge) -> Attempt:
    number = (charge.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    gateway, token = choose_source(charge)
    new = plan_attempt(
        charge_id=charge.pk,
        number=number,
        key=_make_key(charge, number),
        money=charge.total,
        livemode=not charge.test,
        gateway=gateway,
        token=token,
        on_own_account=is_on_own_account(charge),
        at=clock.now(),
    )
    attempt = Attempt.objects.create(**new._asdict())
    attempt.charge = charge
    return attempt


def _make_key(charge: Charge, number: int) -> str:
    if charge.subscription is None or charge.period is None:
        return attempt_key(charge.public_id, number)
    return period_key(charge.subscription.public_id, charge.period, number)
