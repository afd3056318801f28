"""Payouts by transfer: sent once over a processor that may answer late, twice or never.

The intent is committed before the processor is called, under a key that is never made again; the call
happens outside any transaction and only within the lease (`check_at`). What has no answer is asked about
until it has.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from charges.collection.new_attempt import LEASE
from charges.collection.retries import find_check_delay
from charges.collection.sending import CALL_BUDGET
from core import clock
from core.failpoints import failpoint
from core.per_row import run_logged
from gateway.movements import Answer, Movement, MovementKind, Verdict
from gateway.registry import choose_gateway, get_gateway
from payouts.errors import WrongPayoutState
from payouts.history import lock_payout
from payouts.models import Payout, PayoutMethod, PayoutStatus
from payouts.sending.paid_or_returned import return_payout, settle_payout
from payouts.sending.start import start_sending

ACTOR = "system:payouts"
BATCH = 100
CONTRADICTS = "The processor says that it paid another amount."
NOT_IN_TIME = "The processor had no answer in time and cancelled it."

log = structlog.get_logger(__name__)


def send_approved_payouts() -> int:
    """Send up to a batch of approved payouts that go by transfer, and return how many there were."""
    old_enough = clock.now() - timedelta(days=settings.PAYOUT_NEW_ACCOUNT_DAYS)
    approved = Payout.objects.filter(
        status=PayoutStatus.APPROVED, method=PayoutMethod.PROCESSOR, account__created_at__lte=old_enough
    )
    ids = list(approved.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        run_logged(send_by_processor, pk)
    return len(ids)


def ask_about_payouts() -> int:
    """Ask about up to a batch of payouts without an answer, and return how many there were."""
    waiting = Payout.objects.filter(check_at__lte=clock.now()).order_by("check_at")
    ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        run_logged(resolve_payout, pk)
    return len(ids)


def send_by_processor(payout_id: int) -> None:
    """Send one approved payout; running it again, or twice at once, never pays twice."""
    payout = _claim(payout_id)
    failpoint("payout.claimed")
    if payout is not None:
        _transfer(payout)


def resolve_payout(payout_id: int) -> None:
    """Ask the processor what became of a payout and act on it; any number of resolvers may run at once."""
    payout = _take_over(payout_id)
    if payout is None:
        return
    answer = _call(payout, "lookup")
    if answer is None:
        return
    if answer.verdict == Verdict.NOT_FOUND and _may_send_again(payout):
        # Not found is not failed: the request may still be on its way. The same key cannot pay twice.
        _transfer(payout)
    elif answer.verdict == Verdict.NOT_FOUND or _is_out_of_patience(payout, answer):
        _record(payout, _call(payout, "cancel"))
    else:
        _record(payout, answer)


@transaction.atomic(durable=True)
def _claim(payout_id: int) -> Payout | None:
    approved = Payout.objects.filter(
        pk=payout_id, status=PayoutStatus.APPROVED, method=PayoutMethod.PROCESSOR
    )
    payout = approved.select_for_update(skip_locked=True).first()
    if payout is not None:
        payout.gateway, payout.check_at = choose_gateway(livemode=True), clock.now() + LEASE
        start_sending(payout, PayoutMethod.PROCESSOR, actor=ACTOR)
    return payout


@transaction.atomic(durable=True)
def _take_over(payout_id: int) -> Payout | None:
    """Take a lease on a payout without an answer; None when another process has it or it is answered."""
    waiting = Payout.objects.filter(pk=payout_id, status=PayoutStatus.SENT, check_at__lte=clock.now())
    payout = waiting.select_for_update(skip_locked=True).first()
    if payout is not None:
        payout.check_at, payout.checks = clock.now() + LEASE, payout.checks + 1
        payout.save(update_fields=["check_at", "checks"])
    return payout


def _transfer(payout: Payout) -> None:
    if payout.check_at is None or clock.now() > payout.check_at - CALL_BUDGET:
        return  # The fence: who slept through the lease must not send, a resolver may have.
    _record(payout, _call(payout, "payout"))


def _call(payout: Payout, name: str) -> Answer | None:
    """Call the processor; whatever goes wrong, money may have moved, and it is asked about later."""
    try:
        answer: Answer = getattr(get_gateway(payout.gateway), name)(_describe(payout))
    except Exception:
        log.warning("no answer about a payout", payout=str(payout.public_id), call=name, exc_info=True)
        _wait(payout)
        return None
    failpoint("payout.answered")
    return answer


def _describe(payout: Payout) -> Movement:
    return Movement(
        kind=MovementKind.PAYOUT,
        key=payout.key,
        money=payout.money,
        token=payout.account.processor_account,
        sent_at=_read_sent_at(payout),
        description="Payout",
    )


def _record(payout: Payout, answer: Answer | None) -> None:
    if answer is None:
        return
    if answer.verdict == Verdict.APPROVED:
        _record_paid(payout, answer)
    elif answer.verdict == Verdict.DECLINED:
        _record_unpaid(payout, code=answer.code, reason=answer.message or answer.code)
    elif answer.verdict == Verdict.VOID:
        _record_unpaid(payout, code="cancelled", reason=NOT_IN_TIME)
    else:
        _wait(payout)


def _record_paid(payout: Payout, answer: Answer) -> None:
    if answer.money != payout.money:
        log.error("payout of another amount", payout=str(payout.public_id), paid=str(answer.money))
        _leave_to_staff(payout, answer)
        return
    try:
        settle_payout(payout.pk, actor=ACTOR, reference=answer.reference)
    except WrongPayoutState as wrong:
        log.error("processor paid a payout that has ended", payout=str(payout.public_id), why=str(wrong))


@transaction.atomic(durable=True)
def _record_unpaid(payout: Payout, *, code: str, reason: str) -> None:
    """Return a payout that this process still has to itself.

    After the lease another process may have sent it again under the same key, and have been told that it
    was paid: an answer from before says nothing about that.
    """
    current = lock_payout(payout.pk)
    if (current.status, current.check_at) == (PayoutStatus.SENT, payout.check_at):
        return_payout(payout.pk, actor=ACTOR, code=code, reason=reason)
    elif current.status != PayoutStatus.RETURNED:
        log.error(
            "processor refused a payout too late",
            payout=str(payout.public_id),
            code=code,
            status=current.status,
        )


def _leave_to_staff(payout: Payout, answer: Answer) -> None:
    """Ask no more about a payout that a person has to look at."""
    Payout.objects.filter(pk=payout.pk, status=PayoutStatus.SENT).update(
        check_at=None, reference=answer.reference, failure_code="contradiction", failure_message=CONTRADICTS
    )


def _wait(payout: Payout) -> None:
    """Ask again later, unless another process has it by now."""
    mine = Payout.objects.filter(pk=payout.pk, status=PayoutStatus.SENT, check_at=payout.check_at)
    mine.update(check_at=clock.now() + find_check_delay(payout.checks))


def _may_send_again(payout: Payout) -> bool:
    """Say whether its key is too young to be forgotten by the processor."""
    half_life = timedelta(seconds=get_gateway(payout.gateway).key_ttl_seconds / 2)
    return clock.now() - _read_sent_at(payout) < half_life


def _is_out_of_patience(payout: Payout, answer: Answer) -> bool:
    is_open = answer.verdict in (Verdict.PENDING, Verdict.NEEDS_BUYER)
    return is_open and clock.now() > _read_sent_at(payout) + answer.patience


def _read_sent_at(payout: Payout) -> datetime:
    if payout.sent_at is None:
        raise ValueError("a payout at the processor was sent")
    return payout.sent_at
