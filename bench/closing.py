"""The close of a month with a million charges: comparison with the processor's list, checks, figures."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from bench.books import MONTH
from bench.harness import CouldNotMeasure, Options, Row, say, time_in_turn, weigh
from bench.rows import execute, filling, read_all
from bench.subscribers import GATEWAY, fill_past_period, fill_subscriptions
from bookkeeping.checks import check_thoroughly, list_thorough_checks
from bookkeeping.models import Difference
from bookkeeping.reconciliation.comparing import compare_lists
from bookkeeping.statements.figures import store_statements
from core import clock
from ledger.balances import roll_up_balances
from ledger.models import LedgerTransaction, Month
from ledger.months import find_next_month, store_figures

# What the processor would list of the charges, each with its own line.
FILL_LIST = """
INSERT INTO bookkeeping_listedmovement (gateway, booking, reference, amount_minor, currency, moved_at)
SELECT gateway, 'line ' || id, gateway_reference, amount_minor, currency, resolved_at
FROM charges_attempt WHERE state = 'succeeded' AND gateway = %(gateway)s
"""

TAIL = "SELECT COUNT(*) FROM ledger_ledgerentry WHERE xact >= (SELECT xact FROM ledger_rollupmark)"


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    sales = options.pick(1_000_000, 20_000)
    say(f"  filling a month of {sales:,} charges, and the processor's list")
    fill_subscriptions(sales)
    fill_past_period(sales)
    with filling("bookkeeping_listedmovement"):
        execute(FILL_LIST, {"gateway": GATEWAY})
    while roll_up_balances() and not is_rolled_up():
        pass
    first = LedgerTransaction.objects.order_by("created_at").values_list("created_at", flat=True)[0]
    start = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = Month.objects.create(starts_at=start, ends_at=find_next_month(start))
    plain = partial(read_all, MONTH, {"start": month.starts_at, "end": month.ends_at})
    rounds = options.pick(1, 2)
    return [
        time(f"{name}, {sales:,} sales, against plain sums", work, plain, rounds=rounds)
        for name, work in {
            "comparison with the processor's list": partial(compare, month),
            "checks of a close": partial(check, month),
            "whole close, with comparison and checks": partial(close, month),
        }.items()
    ]


def time(job: str, work: Callable[[], object], plain: Callable[[], object], *, rounds: int) -> Row:
    """Weigh one part of the close."""
    say(f"  {job}")
    found = time_in_turn({"ours": work, "plain": plain}, rounds=rounds, times=1)
    return weigh(job, found["ours"], found["plain"])


def is_rolled_up() -> bool:
    """Say whether the balances hold all that was filled."""
    [(tail,)] = read_all(TAIL, {})
    return tail == 0


def compare(month: Month) -> None:
    """Compare the list with the books. Raises CouldNotMeasure for a difference."""
    compare_lists(month)
    if Difference.objects.exists():
        raise CouldNotMeasure("the list differs from the books")


def check(month: Month) -> None:
    """Run all thorough checks. Raises CouldNotMeasure when one is red."""
    red = [name for name in list_thorough_checks() if not check_thoroughly(month, name).is_green]
    if red:
        raise CouldNotMeasure(f"red: {', '.join(red)}")


def close(month: Month) -> None:
    """Do all that a close does but for asking the processor; the figures are taken back."""
    compare(month)
    check(month)
    with transaction.atomic():
        month.fenced_at, month.closed_by = clock.now(), "bench"
        month.save(update_fields=["fenced_at", "closed_by"])
        store_figures(month)
        store_statements(month)
        transaction.set_rollback(True)
