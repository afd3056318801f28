"""Summing up entries in blocks, and SQL for what moved on accounts until any instant.

A block is a number of entries with consecutive ids that are all committed. Design: docs/decisions/0054.
"""

import re
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction

from core.bulk import find_rows_by_keys, run_query
from core.transaction_ids import CURRENT, HORIZON
from ledger.models import EntrySum, SumMark

BLOCK = 20_000  # Entries; about a tenth of a second.
LONGEST_RUN = 30.0  # Seconds; the next run goes on.
EVER = datetime(1, 1, 2, tzinfo=UTC)  # Before the first posting.
PLACE = re.compile(r"%\((\w+)\)s")
LAST_ENTRY = "SELECT COALESCE(MAX(id), 0) FROM ledger_ledgerentry"
END_OF_BLOCK = """
SELECT id FROM ledger_ledgerentry WHERE id > %(after)s AND id <= %(complete)s
ORDER BY id OFFSET %(block)s - 1 LIMIT 1
"""
SUM_UP = """
INSERT INTO ledger_entrysum
    (account_id, day, block_end, first_entry, last_entry, earliest, latest, amount_minor, entries)
SELECT e.account_id, (t.created_at AT TIME ZONE 'UTC')::date, %(end)s, MIN(e.id), MAX(e.id),
       MIN(t.created_at), MAX(t.created_at), SUM(e.amount_minor), COUNT(*)
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE e.id > %(after)s AND e.id <= %(end)s
GROUP BY 1, 2
"""
MARK = "COALESCE((SELECT last_entry FROM ledger_summark WHERE id = 1), 0)"
# By the key of each: a join may read the whole table of transactions for the few entries that are looked at.
COUNTS_FROM = """(
    SELECT t.created_at >= {start} AND t.created_at < %(at)s
    FROM ledger_ledgertransaction t WHERE t.id = e.transaction_id
)"""
# Whether a sum counts as it is; where the instant cuts it, its entries are looked at one by one.
# The days of `start` are whole: it is the first instant of a month.
MOVED = f"""
SELECT s.account_id, CASE WHEN s.latest < %(at)s THEN s.amount_minor ELSE (
    SELECT SUM(e.amount_minor) FROM ledger_ledgerentry e
    WHERE e.account_id = s.account_id AND e.id BETWEEN s.first_entry AND s.last_entry
      AND {COUNTS_FROM.format(start="s.earliest")}
) END AS amount
FROM ledger_entrysum s
WHERE s.earliest < %(at)s AND s.day >= (%(start)s::timestamptz AT TIME ZONE 'UTC')::date {{of_sums}}
UNION ALL
SELECT e.account_id, e.amount_minor FROM ledger_ledgerentry e
WHERE e.id > {MARK} AND e.id >= %(first)s AND {COUNTS_FROM.format(start="%(start)s")} {{of_entries}}
"""


def write_moved_sql(accounts: str = "") -> str:
    """Return SQL for what moved on accounts (account_id, amount; several rows each) from %(start)s to %(at)s.

    `accounts` is SQL for an array of their ids; all without. No entry before %(first)s may count.
    """
    of_sums = f"AND s.account_id = ANY({accounts})" if accounts else ""
    of_entries = f"AND e.account_id = ANY({accounts})" if accounts else ""
    return MOVED.format(of_sums=of_sums, of_entries=of_entries)


def write_balance_as_of_sql(account: str, *, at: datetime) -> tuple[str, list[Any]]:
    """Return SQL for the balance (cents, debit positive) of the account with this id, and its values.

    The id is a column. Values are written as %s: so Django's queries take them.
    """
    values = {"at": at, "start": EVER, "first": 0}
    sql = f"SELECT COALESCE(SUM(amount), 0)::bigint FROM ({write_moved_sql(f'ARRAY[{account}]')}) moved"
    return PLACE.sub("%s", sql), [values[name] for name in PLACE.findall(sql)]


def sum_up_entries(*, block: int = BLOCK) -> None:
    """Sum up all blocks that are complete, for half a minute at most."""
    end = monotonic() + LONGEST_RUN
    while sum_up_block(block=block) and monotonic() < end:
        pass


@transaction.atomic(durable=True)
def sum_up_block(*, block: int = BLOCK) -> bool:
    """Sum up the next block, and say whether there was one and nobody else was at it."""
    # Before our own transaction has a number, see _find_complete.
    [(newest,)] = run_query(LAST_ENTRY, [])
    mark = _lock_mark(newest, block)
    if mark is None:
        return False
    end = _find_end(mark, block)
    if end is None and _find_complete(mark, newest):
        end = _find_end(mark, block)
    if end is not None:
        find_rows_by_keys()
        with connection.cursor() as cursor:
            cursor.execute(SUM_UP, {"after": mark.last_entry, "end": end})
        mark.last_entry = end
    mark.save()
    return end is not None


def forget_sums() -> None:
    """Begin anew, in the caller's transaction; until then balances as of an instant are summed up whole."""
    SumMark.objects.get_or_create(id=1)
    mark = SumMark.objects.select_for_update().get(id=1)
    EntrySum.objects.all().delete()
    mark.last_entry, mark.complete_entry, mark.awaited_entry, mark.awaited_xact = 0, 0, 0, None
    mark.save()


def _lock_mark(newest: int, block: int) -> SumMark | None:
    """Return the mark, unless there cannot be a whole block or another process works on it."""
    mark, _ = SumMark.objects.get_or_create(id=1)
    if newest - mark.last_entry < block:
        return None
    return SumMark.objects.select_for_update(skip_locked=True).filter(id=1).first()


def _find_end(mark: SumMark, block: int) -> int | None:
    """Return the last id of the next block, None when not so many entries are known to be complete."""
    found = run_query(
        END_OF_BLOCK, {"after": mark.last_entry, "complete": mark.complete_entry, "block": block}
    )
    return int(found[0][0]) if found else None


def _find_complete(mark: SumMark, newest: int) -> bool:
    """Learn up to which id all entries are committed; say whether that is known now.

    Ids are handed out before they commit. Who took one up to `newest` had the number of its transaction by
    then, which is before one that is made now. When none of those is under way, all that they wrote is there.
    """
    if mark.awaited_xact is None:
        mark.awaited_entry = newest
        [(mark.awaited_xact,)] = run_query(f"SELECT {CURRENT}", [])
    [(horizon,)] = run_query(f"SELECT {HORIZON}", [])
    if horizon < mark.awaited_xact:
        return False
    mark.complete_entry, mark.awaited_xact = mark.awaited_entry, None
    return True
