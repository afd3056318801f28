"""Closing the tree of a day, in steps that are short, and that another process may go on with.

A day is closed when no database transaction that began before its end is under way. What commits later all
the same, or says that it is of an earlier day, is a late leaf of the next tree. The first takes all there is.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction

from core import clock
from core.bulk import run_query
from core.transaction_ids import CURRENT, HORIZON
from ledger.day_trees.hashing import NO_ROOT, hash_day, hash_leaves, write_day
from ledger.day_trees.keys import find_signing_key, sign
from ledger.day_trees.leaves import write_digests_sql
from ledger.models import DayTree

# By the clocks of other machines a day may end later, and what is posted has read the clock before it writes.
GRACE = timedelta(minutes=10)
ONE_DAY = timedelta(days=1)
AT_ONCE = 20_000  # Ledger transactions of one step, about half a second.
PAGE = 10_000  # Leaves.
LONGEST_RUN = 30.0  # Seconds; the next run goes on.
NEXT_TRANSACTION = f"SELECT {CURRENT}"  # Of all that have one by now it is the last.
# OFFSET, or PostgreSQL would look for the least by the order of another index: through all entries before it.
RANGE = """
SELECT COALESCE(MIN(transaction_id) - 1, 0), COALESCE(MAX(transaction_id), 0) FROM (
    SELECT transaction_id FROM ledger_ledgerentry WHERE xact >= %(start)s AND xact < %(end)s OFFSET 0
) own
"""
LAST_OF_PORTION = """
SELECT MAX(id) FROM (
    SELECT id FROM ledger_ledgertransaction
    WHERE id > %(after)s AND id <= %(last)s ORDER BY id LIMIT %(limit)s
) portion
"""
OF_PORTION = """
WHERE e.transaction_id > %(after)s AND e.transaction_id <= %(until)s
  AND e.xact >= %(start)s AND e.xact < %(end)s
"""
# What is of a later day, by the clock of a test buyer or since midnight, waits without a place.
TAKE = f"""
INSERT INTO ledger_treeleaf (transaction_id, digest, tree_id, place)
SELECT d.id, d.digest, CASE WHEN is_due THEN %(tree)s END,
       CASE WHEN is_due THEN %(count)s - 1 + row_number() OVER (PARTITION BY is_due ORDER BY d.id) END
FROM ({write_digests_sql(OF_PORTION)}) d
CROSS JOIN LATERAL (SELECT d.created_at < %(ends_at)s AS is_due) due
WHERE NOT EXISTS (SELECT FROM ledger_treeleaf l WHERE l.transaction_id = d.id)
"""
TAKE_WAITING = """
UPDATE ledger_treeleaf l SET tree_id = %(tree)s, place = %(count)s - 1 + due.place
FROM (
    SELECT w.transaction_id, row_number() OVER (ORDER BY w.transaction_id) AS place
    FROM (
        SELECT w.transaction_id FROM ledger_treeleaf w
        JOIN ledger_ledgertransaction t ON t.id = w.transaction_id
        WHERE w.tree_id IS NULL AND t.created_at < %(ends_at)s ORDER BY w.transaction_id LIMIT %(limit)s
    ) w
) due WHERE l.transaction_id = due.transaction_id
"""
COUNT = """
SELECT COUNT(*), COUNT(*) FILTER (WHERE t.created_at < %(starts_at)s)
FROM ledger_treeleaf l JOIN ledger_ledgertransaction t ON t.id = l.transaction_id
WHERE l.tree_id = %(tree)s AND l.place >= %(count)s
"""


def close_days() -> None:
    """Work on the trees of days that are over until nothing more can be done now, or for half a minute."""
    end = monotonic() + LONGEST_RUN
    while advance_tree() and monotonic() < end:
        pass


@transaction.atomic(durable=True)
def advance_tree() -> bool:
    """Do the next step for the earliest day without a closed tree, and say whether another may follow."""
    tree = _lock_tree()
    if tree is None:
        return False
    if tree.end_xact is None:
        return _find_end(tree)
    if tree.looked_at < tree.last_transaction:
        _take_portion(tree)
    elif not _take_waiting(tree):
        _close(tree)
    tree.save()
    return True


def start_anew() -> None:
    """Have the next tree look at the whole ledger: the transaction ids of its entries are others now."""
    tree = DayTree.objects.select_for_update().filter(closed_at=None).first()
    if tree is None:
        last = DayTree.objects.order_by("-day").first()
        if last is None:
            return
        tree = DayTree(day=last.day + ONE_DAY)
    tree.start_xact, tree.awaited_xact, tree.end_xact, tree.looked_at = 0, None, None, 0
    tree.save()


def read_digests(tree: DayTree) -> Iterator[bytes]:
    """Yield the hashes of a tree's leaves in their order: the first tree may have many millions."""
    digests = tree.leaves.order_by("place").values_list("digest", flat=True)
    yield from map(bytes, digests.iterator(PAGE))


def find_end_of_day(day: date) -> datetime:
    """Return the first instant (UTC) of the next day."""
    return datetime.combine(day, time(), UTC) + ONE_DAY


def _lock_tree() -> DayTree | None:
    """Return the open tree of a day that is over, made if need be; None if another process works on it."""
    last = DayTree.objects.order_by("-day").first()
    day = _find_next_day(last)
    if find_end_of_day(day) + GRACE > clock.now():
        return None
    DayTree.objects.get_or_create(day=day, defaults={"start_xact": (last.end_xact or 0) if last else 0})
    return DayTree.objects.select_for_update(skip_locked=True).filter(day=day, closed_at=None).first()


def _find_next_day(last: DayTree | None) -> date:
    if last is None:
        return clock.now().date() - ONE_DAY
    return last.day if last.closed_at is None else last.day + ONE_DAY


def _find_end(tree: DayTree) -> bool:
    """Find which entries the tree takes, as soon as none that may have written some is under way."""
    if tree.awaited_xact is None:
        [(tree.awaited_xact,)] = run_query(NEXT_TRANSACTION, {})
    [(horizon,)] = run_query(f"SELECT {HORIZON}", {})
    if is_over := horizon >= tree.awaited_xact:
        tree.end_xact = horizon
        [(tree.looked_at, tree.last_transaction)] = run_query(
            RANGE, {"start": tree.start_xact, "end": tree.end_xact}
        )
    tree.save()
    return is_over


def _take_portion(tree: DayTree) -> None:
    span = {"after": tree.looked_at, "last": tree.last_transaction, "limit": AT_ONCE}
    [(until,)] = run_query(LAST_OF_PORTION, span)
    until = tree.last_transaction if until is None else until
    own = {"after": tree.looked_at, "until": until, "start": tree.start_xact, "end": tree.end_xact}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, _describe(tree) | own)
    _count_new(tree)
    tree.looked_at = until


def _take_waiting(tree: DayTree) -> bool:
    """Give the leaves that waited for this day their places; say whether there may be more of them."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_WAITING, _describe(tree) | {"limit": AT_ONCE})
        taken = cursor.rowcount
    _count_new(tree)
    return taken > 0


def _count_new(tree: DayTree) -> None:
    [(count, late)] = run_query(COUNT, _describe(tree) | {"starts_at": find_end_of_day(tree.day) - ONE_DAY})
    tree.leaf_count += count
    is_first = not DayTree.objects.filter(day__lt=tree.day).exists()
    tree.late_count += 0 if is_first else late


def _close(tree: DayTree) -> None:
    before = DayTree.objects.filter(day__lt=tree.day).order_by("-day").first()
    tree.tree_root = hash_leaves(read_digests(tree)).hex()
    tree.previous_root = before.root if before else NO_ROOT
    text = write_day(tree.day, tree_root=tree.tree_root, previous_root=tree.previous_root)
    tree.root, tree.key = hash_day(text), find_signing_key()
    tree.signature = sign(tree.key, text)
    tree.closed_at = clock.now()


def _describe(tree: DayTree) -> dict[str, Any]:
    return {"tree": tree.pk, "count": tree.leaf_count, "ends_at": find_end_of_day(tree.day)}
