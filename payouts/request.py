"""Asking for a payout: the sum is locked at once, and a second person decides."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from approvals.four_eyes import name_staff
from core.currencies import find_step
from core.failpoints import failpoint
from core.money import Money
from customers.models import Account
from ledger import postings
from ledger.postings import Source
from ledger.services import record_postings
from payouts.accounts import get_payable_account, lock_seller
from payouts.available import read_available
from payouts.errors import BalanceTooLow, PayoutTooSmall
from payouts.history import save_new
from payouts.methods import check_method, choose_method
from payouts.models import Payout, PayoutMethod
from payouts.terms import ask_for_approval

BY_SELLER = "The seller asked for it."


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks for a payout: staff, an account of the seller, or a schedule, which is neither."""

    actor: str
    user: User | None = None
    account: Account | None = None

    @classmethod
    def of_staff(cls, user: User) -> Self:
        """Somebody of the staff, who then cannot approve it."""
        return cls(actor=name_staff(user), user=user)


@transaction.atomic
def request_payout(
    *,
    organization_id: int,
    currency: str,
    amount_minor: int | None,
    requester: Requester,
    reason: str = BY_SELLER,
    method: PayoutMethod | None = None,
    month: date | None = None,
) -> Payout:
    """Lock a sum (cents) of what is available to a seller, ask for approval, and return the payout.

    Without an amount it is all that can be paid, without a method the best that the account allows; `month`
    is that of a schedule, by its first day. Raises PayoutAccountMissing, PayoutAccountTooNew, PayoutTooSmall,
    BalanceTooLow, MethodNotPossible, InvalidField.
    """
    lock_seller(organization_id)
    account = get_payable_account(organization_id=organization_id, currency=currency)
    available = read_available(organization_id=organization_id, currency=currency).available
    if method is not None:
        check_method(account, method)
    method = method or choose_method(account)
    wanted = find_most(available, method) if amount_minor is None else Money(amount_minor, currency)
    check_amount(wanted, available)
    payout = Payout(
        organization_id=organization_id,
        account=account,
        currency=currency,
        amount_minor=wanted.amount_minor,
        available_minor=available.amount_minor,
        method=method,
        month=month,
        actor=requester.actor,
    )
    _lock_sum(payout)
    ask_for_approval(payout, user=requester.user, account=requester.account, reason=reason)
    failpoint("payout.requested")
    return payout


def check_amount(wanted: Money, available: Money) -> None:
    """Raise BalanceTooLow or PayoutTooSmall for a sum that cannot be asked for."""
    least = find_minimum(wanted.currency)
    if wanted.amount_minor > available.amount_minor or not available.amount_minor:
        raise BalanceTooLow(available)
    if wanted.amount_minor < least.amount_minor:
        raise PayoutTooSmall(least)


def find_most(available: Money, method: PayoutMethod) -> Money:
    """Return the most that can be paid in a way: the processor does not move the last of three decimals."""
    if method != PayoutMethod.PROCESSOR:
        return available
    return available - Money(available.amount_minor % find_step(available.currency), available.currency)


def find_minimum(currency: str) -> Money:
    """Return what a payout in a currency is of at least."""
    return Money.from_units(Decimal(settings.PAYOUT_MINIMUM), currency)


def make_source(payout: Payout) -> Source:
    """Return the cause of what a payout posts; the seller reads its words in its ledger."""
    return Source(payout.natural_key, "Payout", livemode=True, currency=payout.currency)


def _lock_sum(payout: Payout) -> None:
    posting = postings.payout_locked(
        make_source(payout), seller_id=payout.organization_id, amount_minor=payout.amount_minor
    )
    try:
        with transaction.atomic():
            _look_at_both_together()
            record_postings([posting])
            save_new(payout)
    except IntegrityError as error:
        # A refund or dispute was booked between our look at the balance and the database's.
        if "would exceed" not in str(error):
            raise
        raise BalanceTooLow(_read_again(payout)) from None


def _look_at_both_together() -> None:
    """Let the database ask for the payout of a locked sum at the commit: each of the two needs the other."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _read_again(payout: Payout) -> Money:
    return read_available(organization_id=payout.organization_id, currency=payout.currency).available
