"""Postings: one function for each fact, with the accounts that it debits and credits. Cents, debit positive.

The clearing account holds what the gateway collected, a seller's payable account what it is owed, and the
revenue account what the marketplace keeps. The disputed account holds what payers' banks took back and have
not decided about, in disputes of before decision 0041; the fees account what processors kept. Payouts to
sellers that are under way stand on the in-transit account. The moves of a posting add up to zero.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ledger.models import AccountKind, TransactionKind


class AccountRef(NamedTuple):
    """Names an account by what it is; it is opened when money first reaches it."""

    kind: AccountKind
    organization_id: int | None = None


class Source(NamedTuple):
    """The cause of a move of money: natural key, text for statements, and instant (UTC, default now)."""

    reference: str
    description: str
    livemode: bool
    currency: str
    at: datetime | None = None


class Posting(NamedTuple):
    """One move of money to record: cents per account, debit positive, adding up to zero."""

    kind: TransactionKind
    source: Source
    moves: Mapping[AccountRef, int]


CLEARING = AccountRef(AccountKind.BUYER_CLEARING)
REVENUE = AccountRef(AccountKind.COMMISSION_REVENUE)
DISPUTED = AccountRef(AccountKind.DISPUTED)
FEES = AccountRef(AccountKind.PROCESSOR_FEES)
IN_TRANSIT = AccountRef(AccountKind.PAYOUTS_IN_TRANSIT)


def sale(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what a buyer paid: clearing holds it, the seller is owed its share, the commission is earned."""
    return Posting(TransactionKind.COLLECTION, source, _share(seller_id, total_minor, commission_minor))


def refund(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what a buyer got back: seller and marketplace give back their shares of it."""
    return Posting(TransactionKind.REFUND, source, _share(seller_id, -total_minor, -commission_minor))


def refund_returned(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post a refund that came back after it was paid: seller and marketplace have their shares again."""
    named = source._replace(description=f"Refund returned: {source.description}"[:255])
    return Posting(TransactionKind.REFUND_RETURNED, named, _share(seller_id, total_minor, commission_minor))


def disbursement(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what a customer of a seller was paid from what the seller is owed."""
    return Posting(TransactionKind.DISBURSEMENT, source, _share(seller_id, -total_minor, -commission_minor))


def dispute_opened(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what a payer's bank took back: seller and marketplace bear their shares until it is decided."""
    return Posting(TransactionKind.DISPUTE_OPENED, source, _share(seller_id, -total_minor, -commission_minor))


def dispute_won(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what the processor gave back after a dispute: both have their shares again."""
    return Posting(TransactionKind.DISPUTE_WON, source, _share(seller_id, total_minor, commission_minor))


# The two ends of a dispute that was opened before both bore their shares from the opening on (0041).


def old_dispute_won(source: Source, *, total_minor: int) -> Posting:
    """Post what the processor gave back after a dispute whose amount the marketplace stood in for."""
    return Posting(TransactionKind.DISPUTE_WON, source, {CLEARING: total_minor, DISPUTED: -total_minor})


def old_dispute_lost(source: Source, *, seller_id: int, total_minor: int, commission_minor: int) -> Posting:
    """Post what stays with the payer, which the marketplace had stood in for: both bear their shares now."""
    moves = {
        AccountRef(AccountKind.SELLER_PAYABLE, seller_id): total_minor - commission_minor,
        REVENUE: commission_minor,
        DISPUTED: -total_minor,
    }
    return Posting(TransactionKind.DISPUTE_LOST, source, moves)


def fee(source: Source, *, fee_minor: int, seller_id: int | None = None) -> Posting:
    """Post what a processor kept for itself; below zero is what it gave back of that.

    A seller that bears it is owed so much less.
    """
    payer = FEES if seller_id is None else AccountRef(AccountKind.SELLER_PAYABLE, seller_id)
    return Posting(TransactionKind.FEE, source, {payer: fee_minor, CLEARING: -fee_minor})


def payout_locked(source: Source, *, seller_id: int, amount_minor: int) -> Posting:
    """Post what a seller asked to be paid: it is owed so much less, and the sum is locked."""
    moves = {AccountRef(AccountKind.SELLER_PAYABLE, seller_id): amount_minor, IN_TRANSIT: -amount_minor}
    return Posting(TransactionKind.WITHDRAWAL, source, moves)


def payout_settled(source: Source, *, amount_minor: int) -> Posting:
    """Post a payout that has arrived: the locked sum left clearing."""
    moves = {IN_TRANSIT: amount_minor, CLEARING: -amount_minor}
    return Posting(TransactionKind.PAYOUT_SETTLED, source, moves)


def payout_returned(source: Source, *, seller_id: int, amount_minor: int, was_settled: bool) -> Posting:
    """Post a payout that was not made, or came back after it was settled: the seller is owed it again."""
    left = CLEARING if was_settled else IN_TRANSIT
    moves = {left: amount_minor, AccountRef(AccountKind.SELLER_PAYABLE, seller_id): -amount_minor}
    return Posting(TransactionKind.PAYOUT_RETURNED, source, moves)


def correction(source: Source, *, moves: Mapping[AccountRef, int]) -> Posting:
    """Post what two people agreed to book by hand; the moves (debit positive) add up to zero."""
    return Posting(TransactionKind.CORRECTION, source, moves)


def _share(seller_id: int, total_minor: int, commission_minor: int) -> dict[AccountRef, int]:
    return {
        CLEARING: total_minor,
        AccountRef(AccountKind.SELLER_PAYABLE, seller_id): commission_minor - total_minor,
        REVENUE: -commission_minor,
    }
