"""The papers of a month with a million sales of one seller: its statement, and the close."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from bench.harness import CouldNotMeasure, Options, Row, say, time_in_turn, weigh
from bench.rows import execute, fetch_one, filling
from bench.settlement_batches import open_account, payable
from bookkeeping.models import PARTS
from bookkeeping.statements.figures import store_statements, sum_up
from core import clock
from ledger.models import Month
from ledger.months import find_next_month, finish_month, store_figures
from ledger.postings import CLEARING, REVENUE
from operations.factories import OrganizationFactory

FILL_TRANSACTIONS = """
INSERT INTO ledger_ledgertransaction
    (public_id, kind, reference, description, currency, livemode, created_at)
SELECT gen_random_uuid(), 'collection', 'sale:' || n, 'Extension', 'USD', true,
       %(start)s + (%(end)s - %(start)s) * n / (%(count)s + 1)
FROM generate_series(1, %(count)s) n
"""
FILL_ENTRIES = """
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT t.id, line.account_id, line.amount FROM ledger_ledgertransaction t
CROSS JOIN (VALUES (%(clearing)s, 100), (%(seller)s, -80), (%(revenue)s, -20)) AS line (account_id, amount)
ORDER BY t.id
"""
STATEMENT = """
SELECT t.kind, COUNT(*), SUM(e.amount_minor), SUM(r.amount_minor)
FROM ledger_ledgerentry e
JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
LEFT JOIN ledger_ledgerentry r ON r.transaction_id = e.transaction_id AND r.account_id = %(revenue)s
WHERE e.account_id = %(seller)s AND t.created_at >= %(start)s AND t.created_at < %(end)s
GROUP BY t.kind
"""
MONTH = """
SELECT e.account_id, t.kind, COUNT(*), SUM(e.amount_minor)
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE t.livemode AND t.created_at >= %(start)s AND t.created_at < %(end)s
GROUP BY e.account_id, t.kind
"""


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    sales = options.pick(1_000_000, 20_000)
    start = datetime(2026, 10, 1, tzinfo=clock.now().tzinfo)
    end = find_next_month(start)
    say(f"  filling a month of {sales:,} sales")
    seller, revenue = fill_month(sales, start, end)
    params = {"seller": seller, "revenue": revenue, "start": start, "end": end}
    return [
        compare_statements(sales, params, rounds=options.pick(5, 3)),
        compare_closes(sales, params, rounds=options.pick(3, 3)),
    ]


def fill_month(sales: int, start: datetime, end: datetime) -> tuple[int, int]:
    """Fill the books and return the accounts of the seller and of the commission."""
    holder = OrganizationFactory.create(name="Seller").pk
    clearing, revenue, seller = map(open_account, (CLEARING, REVENUE, payable(holder)))
    with filling("ledger_ledgertransaction"):
        execute(FILL_TRANSACTIONS, {"count": sales, "start": start, "end": end})
    with filling("ledger_ledgerentry"):
        execute(FILL_ENTRIES, {"clearing": clearing, "seller": seller, "revenue": revenue})
    return seller, revenue


def compare_statements(sales: int, params: dict[str, Any], *, rounds: int) -> Row:
    """Sum up the statement of a month that is open, with the hash of its lines, and by plain SQL."""
    span = {name: params[name] for name in ("start", "end")}
    ours = partial(sum_up, params["seller"], opening_minor=0, first=0, **span)
    if ours().closing_minor != 80 * sales:
        raise CouldNotMeasure("the statement is not the sum of its lines")
    found = time_in_turn(
        {"ours": ours, "plain": partial(fetch_one, STATEMENT, params)}, rounds=rounds, times=1
    )
    job = f"statement of a seller, {sales:,} lines with {len(PARTS)} parts and hash, against plain sums"
    return weigh(job, found["ours"], found["plain"], at_most=20)


def compare_closes(sales: int, params: dict[str, Any], *, rounds: int) -> Row:
    """Write the figures and statements of a month as its close does, taken back each time."""
    month = Month.objects.create(starts_at=params["start"], ends_at=params["end"])

    def close() -> None:
        with transaction.atomic():
            month.fenced_at, month.closed_at, month.closed_by = clock.now(), None, "bench"
            month.save(update_fields=["fenced_at", "closed_by"])
            store_figures(month)
            store_statements(month)
            finish_month(month)
            transaction.set_rollback(True)

    def add_up() -> None:
        with connection.cursor() as cursor:
            cursor.execute(MONTH, params)
            cursor.fetchall()

    found = time_in_turn({"ours": close, "plain": add_up}, rounds=rounds, times=1)
    return weigh(
        f"close of a month, {sales:,} sales, against plain sums", found["ours"], found["plain"], at_most=30
    )
