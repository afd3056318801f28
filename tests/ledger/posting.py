"""Moves of money that have no charge behind them, recorded as settlement records those of charges."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

from ledger.models import LedgerEntry, LedgerTransaction, TransactionKind
from ledger.postings import CLEARING, REVENUE, AccountRef, Posting, Source
from ledger.services import record_postings

UNLESS_MADE_UP = ("has_a_source", "is_proved", "locks_for_a_payout")


def post(
    kind: TransactionKind,
    reference: str,
    moves: Mapping[AccountRef, int],
    *,
    livemode: bool = True,
    currency: str = "USD",
) -> None:
    """Record a move of money (cents) between ledger accounts."""
    with made_up():
        record_postings([Posting(kind, Source(reference, "", livemode, currency), moves)])


@contextmanager
def made_up() -> Iterator[None]:
    """Let what is posted have nothing that shows it, in one transaction."""
    guards = {
        f"{trigger.get_pgid(model)}"
        for model in (LedgerTransaction, LedgerEntry)
        for trigger in model._meta.triggers
        if trigger.name in UNLESS_MADE_UP
    }
    [deferred] = [guard for guard in guards if "locks_for_a_payout" in guard]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{','.join(guards)}}}"])
        yield
        cursor.execute(f"SET CONSTRAINTS {deferred} IMMEDIATE; SET CONSTRAINTS {deferred} DEFERRED")
        cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")


def post_fee(reference: str, cents: int) -> None:
    """Record cents that the marketplace earned without a sale."""
    post(TransactionKind.WITHDRAWAL, reference, {CLEARING: cents, REVENUE: -cents})
