"""Moves of money that have no charge behind them, recorded as settlement records those of charges."""

from collections.abc import Mapping

from django.db import transaction

from ledger.models import TransactionKind
from ledger.postings import CLEARING, REVENUE, AccountRef, Posting, Source
from ledger.services import Journal


def post(
    kind: TransactionKind,
    reference: str,
    moves: Mapping[AccountRef, int],
    *,
    livemode: bool = True,
    currency: str = "USD",
) -> None:
    """Record a move of money (cents) between ledger accounts."""
    with transaction.atomic():
        Journal([Posting(kind, Source(reference, "", livemode, currency), moves)]).write()


def post_fee(reference: str, cents: int) -> None:
    """Record cents that the marketplace earned without a sale."""
    post(TransactionKind.WITHDRAWAL, reference, {CLEARING: cents, REVENUE: -cents})
