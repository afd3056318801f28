"""Payouts by a file for the bank: one file per batch, kept as it was written."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from core import clock
from core.errors import InvalidField
from core.ids import new_public_id
from core.money import Money
from payouts.accounts import find_bic
from payouts.bank.pain001 import Batch, Transfer, write_file
from payouts.errors import MethodNotPossible, NothingToSend
from payouts.methods import SEPA_CURRENCY
from payouts.models import Payout, PayoutBatch, PayoutMethod, PayoutStatus
from payouts.sending.start import start_sending

MOST_IN_A_FILE = 1_000
NO_PAYER = "The account that files pay from is not set (PAYOUT_PAYER_NAME, PAYOUT_PAYER_IBAN)."


class Waiting(NamedTuple):
    """How many payouts wait for a file, and their sum."""

    number: int
    total: Money


@transaction.atomic
def make_bank_file(*, actor: str, execution_on: date | None = None, reason: str = "") -> PayoutBatch:
    """Put approved payouts into a file for the bank, to be paid on a day (today in UTC), and return it.

    Up to 1,000 go into one file, the oldest first. Raises NothingToSend, MethodNotPossible, InvalidField.
    """
    today = clock.now().date()
    if not settings.PAYOUT_PAYER_IBAN:
        raise MethodNotPossible(NO_PAYER)
    if execution_on is not None and execution_on < today:
        raise InvalidField("execution_on", "must not be in the past")
    payouts = _lock_approved()
    if not payouts:
        raise NothingToSend
    batch = _save_batch(payouts, actor=actor, execution_on=execution_on or today)
    for payout in payouts:
        payout.batch = batch
        start_sending(payout, PayoutMethod.BANK_FILE, actor=actor, reason=reason)
    return batch


def sum_waiting() -> Waiting:
    """Return how many payouts wait for a file, and their sum."""
    sums = _find_approved().aggregate(count=Count("pk"), total=Sum("amount_minor", default=0))
    return Waiting(sums["count"], Money(int(sums["total"]), SEPA_CURRENCY))


def _find_approved() -> QuerySet[Payout]:
    old_enough = clock.now() - timedelta(days=settings.PAYOUT_NEW_ACCOUNT_DAYS)
    return Payout.objects.filter(
        status=PayoutStatus.APPROVED,
        method=PayoutMethod.BANK_FILE,
        currency=SEPA_CURRENCY,
        account__created_at__lte=old_enough,
    )


def _lock_approved() -> list[Payout]:
    locked = _find_approved().select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("account", "organization").order_by("pk")[:MOST_IN_A_FILE])


def _save_batch(payouts: Sequence[Payout], *, actor: str, execution_on: date) -> PayoutBatch:
    batch = _name_batch(execution_on=execution_on, at=clock.now())
    content = write_file(batch, [_describe(payout) for payout in payouts])
    return PayoutBatch.objects.create(
        public_id=batch.public_id,
        currency=SEPA_CURRENCY,
        count=len(payouts),
        total_minor=sum(payout.amount_minor for payout in payouts),
        execution_on=execution_on,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        actor=actor,
        created_at=batch.created_at,
    )


def _name_batch(*, execution_on: date, at: datetime) -> Batch:
    return Batch(
        public_id=new_public_id(),
        created_at=at,
        execution_on=execution_on,
        payer=settings.PAYOUT_PAYER_NAME,
        payer_iban=settings.PAYOUT_PAYER_IBAN,
        payer_bic=find_bic(settings.PAYOUT_PAYER_IBAN),
    )


def _describe(payout: Payout) -> Transfer:
    account = payout.account
    return Transfer(
        end_to_end_id=payout.end_to_end_id,
        amount_minor=payout.amount_minor,
        holder=account.holder,
        iban=account.iban,
        street=account.street,
        postcode=account.postcode,
        town=account.town,
        country=account.country,
    )
