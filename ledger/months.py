"""Closing months of the live books: what is posted, when it counts, and how a close and a posting meet.

Each posting holds POSTING_LOCK with all others until it commits. `fence_month` takes it alone for one short
transaction: postings that have begun are waited for, so the figures see them, and those that come later find
the month fenced. How it goes on: docs/closing.md.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from core import clock
from ledger.errors import AlreadyClosed, BooksAreBusy, EarlierMonthOpen, MonthNotOver
from ledger.models import LedgerTransaction, Month
from ledger.models.book_guards import POSTING_LOCK

LONGEST_WAIT = "5s"
TURNOVERS = """
INSERT INTO ledger_monthturnover (month_id, account_id, kind, amount_minor, entries)
SELECT %(month)s, e.account_id, t.kind, SUM(e.amount_minor), COUNT(*)
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE t.livemode AND e.id >= %(first)s AND t.created_at >= %(start)s AND t.created_at < %(end)s
GROUP BY e.account_id, t.kind
"""
# The first month opens with all that was posted before months were kept.
BALANCES = """
INSERT INTO ledger_monthbalance (month_id, account_id, opening_minor, closing_minor)
SELECT %(month)s, a.id, COALESCE(before.sum, 0), COALESCE(before.sum, 0) + COALESCE(moved.sum, 0)
FROM ledger_ledgeraccount a
LEFT JOIN (
    SELECT account_id, closing_minor AS sum FROM ledger_monthbalance
    WHERE month_id = (SELECT id FROM ledger_month WHERE ends_at = %(start)s)
    UNION ALL
    SELECT e.account_id, SUM(e.amount_minor)
    FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
    WHERE t.livemode AND t.created_at < %(start)s AND %(is_first)s GROUP BY e.account_id
) before ON before.account_id = a.id
LEFT JOIN (
    SELECT account_id, SUM(amount_minor) AS sum FROM ledger_monthturnover
    WHERE month_id = %(month)s GROUP BY account_id
) moved ON moved.account_id = a.id
WHERE a.livemode AND (before.sum IS NOT NULL OR moved.sum IS NOT NULL)
"""
# An entry is younger than every one that was committed when the month was fenced, or among them. Where the
# month has none of those, one of the next may not be committed yet: the bound is that of the month before.
BOUNDS = """
SELECT CASE WHEN BOOL_OR(t.created_at < %(end)s) THEN MIN(e.id) ELSE %(first)s END,
       COALESCE(MAX(e.id) FILTER (WHERE t.created_at < %(end)s), 0)
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE t.livemode AND t.created_at >= %(start)s AND e.id >= %(first)s
"""


@transaction.atomic
def open_months() -> int:
    """Note each month that is over, from that of the first live posting on, and return how many are new."""
    last = Month.objects.order_by("-ends_at").first()
    start = last.ends_at if last else _find_first_month()
    made = 0
    while start is not None and find_next_month(start) <= clock.now():
        end = find_next_month(start)
        # Of two that do this at once the second finds it done; its own is refused by the unique start.
        made += int(Month.objects.get_or_create(starts_at=start, defaults={"ends_at": end})[1])
        start = end
    return made


def find_next_month(instant: datetime) -> datetime:
    """Return the first instant (UTC) of the month after the one of an instant."""
    year, month = divmod(instant.year * 12 + instant.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def fence_month(month_id: int, *, actor: str, reason: str) -> Month:
    """Let nothing be posted into a month any more, in the caller's short transaction, and return it.

    Waits for what is being posted. Raises MonthNotOver, EarlierMonthOpen, AlreadyClosed, and BooksAreBusy
    when postings take too long.
    """
    month = lock_month(month_id)
    if month.ends_at > clock.now():
        raise MonthNotOver
    if Month.objects.filter(starts_at__lt=month.starts_at, closed_at=None).exists():
        raise EarlierMonthOpen
    if month.fenced_at is None:
        _wait_for_postings()
        month.fenced_at = clock.now()
    month.closed_by, month.reason, month.trouble = actor, reason, ""
    month.save(update_fields=["fenced_at", "closed_by", "reason", "trouble"])
    return month


@transaction.atomic
def lift_fence(month_id: int, *, trouble: str) -> None:
    """Open a month again that cannot be closed yet, and keep why. A closed one raises AlreadyClosed."""
    month = lock_month(month_id)
    month.fenced_at, month.trouble = None, trouble
    month.save(update_fields=["fenced_at", "trouble"])


def store_figures(month: Month) -> None:
    """Write the figures of a fenced month that the caller has locked, which nothing can change any more.

    What else is to be written while it closes comes before `finish_month`.
    """
    before = Month.objects.filter(ends_at=month.starts_at).first()
    params: dict[str, Any] = {
        "month": month.pk,
        "start": month.starts_at,
        "end": month.ends_at,
        "first": before.first_entry if before else 0,
        "is_first": before is None,
    }
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, params)
        first, last = cursor.fetchone()
        cursor.execute(TURNOVERS, params | {"first": first})
        cursor.execute(BALANCES, params)
    month.first_entry, month.last_entry = first, last


def finish_month(month: Month) -> None:
    """Close a month for ever."""
    month.closed_at = clock.now()
    month.save(update_fields=["closed_at", "first_entry", "last_entry"])


def lock_month(month_id: int) -> Month:
    """Return a month whose close or opening nobody else works on. Raises AlreadyClosed."""
    month = Month.objects.select_for_update(no_key=True).get(pk=month_id)
    if month.closed_at is not None:
        raise AlreadyClosed
    return month


def _wait_for_postings() -> None:
    """Wait until all postings that have begun are committed, and keep new ones back until we commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [POSTING_LOCK])
        except OperationalError as error:
            raise BooksAreBusy from error
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _find_first_month() -> datetime | None:
    first = LedgerTransaction.objects.filter(livemode=True).order_by("created_at").first()
    return None if first is None else datetime(first.created_at.year, first.created_at.month, 1, tzinfo=UTC)
