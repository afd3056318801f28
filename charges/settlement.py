"""What follows from a gateway's definite answer: attempt, charge and ledger in one transaction."""

from functools import partial

import structlog

from charges.history import change_status
from charges.models import Attempt, Charge
from gateway.base import Answer, Verdict
from ledger.models import AccountKind, TransactionKind
from ledger.services import AccountRef, post_transaction

SYSTEM = "system:collection"
log = structlog.get_logger(__name__)


def settle_attempt(attempt: Attempt, answer: Answer) -> None:
    """Apply an answer to an attempt and its charge, both locked by the caller; pending changes nothing.

    An answer about another key or amount is never a success: a person has to look at it.
    """
    if answer.verdict == Verdict.APPROVED and (answer.key, answer.money) != (attempt.key, attempt.money):
        log.error("gateway captured something else", attempt=attempt.key, echo=str(answer.money))
        attempt.need_review(f"The gateway answered about {answer.key} and {answer.money}.")
        attempt.save()
    elif answer.verdict == Verdict.APPROVED:
        attempt.succeed(answer.reference)
        attempt.save()
        change_status(attempt.charge, attempt.charge.succeed, actor=SYSTEM)
        post_collection(attempt.charge)
    elif answer.verdict == Verdict.DECLINED:
        attempt.decline(answer.code, answer.message, hard=answer.hard)
        attempt.save()
        fail = partial(attempt.charge.fail, answer.code, answer.message)
        change_status(attempt.charge, fail, actor=SYSTEM, reason=answer.message[:255])


def post_collection(charge: Charge) -> None:
    """Book a collected charge: clearing receives the total, seller and commission are owed their shares."""
    post_transaction(
        kind=TransactionKind.COLLECTION,
        reference=charge.key,
        description=charge.name,
        livemode=not charge.test,
        moves={
            AccountRef(AccountKind.BUYER_CLEARING): charge.total,
            AccountRef(AccountKind.SELLER_PAYABLE, charge.payee_id): charge.commission - charge.total,
            AccountRef(AccountKind.COMMISSION_REVENUE): -charge.commission,
        },
    )
