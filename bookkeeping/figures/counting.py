"""Adding to the figures by day, from ledger entries and events in the order of transactions."""

from typing import Any

from django.db import connection, transaction

from bookkeeping.figures.definitions import SOURCES, Source
from bookkeeping.models import FIRST_EVENT, DailyFigure, FigureMark
from core import clock
from core.transaction_ids import HORIZON

ADD = """
INSERT INTO bookkeeping_dailyfigure (name, livemode, currency, day, amount_minor, count)
SELECT name, livemode, currency, day, SUM(amount), SUM(count) FROM ({found}) found
GROUP BY name, livemode, currency, day ORDER BY name, livemode, currency, day
ON CONFLICT (name, livemode, currency, day) DO UPDATE SET
    amount_minor = bookkeeping_dailyfigure.amount_minor + EXCLUDED.amount_minor,
    count = bookkeeping_dailyfigure.count + EXCLUDED.count
"""
MARK_AND_HORIZON = f"SELECT xact, {HORIZON} FROM bookkeeping_figuremark WHERE id = 1 FOR UPDATE SKIP LOCKED"
SINCE = "e.xact >= %(start)s AND e.xact < %(end)s"
# The rows of a source are gone through by their keys: whatever is older than events and marks has no order.
PIECE = "e.xact < %(end)s AND e.id > %(after)s AND e.id <= %(through)s"
THROUGH = """
SELECT id FROM (SELECT id FROM {table} WHERE id > %(after)s ORDER BY id LIMIT %(rows)s) piece
ORDER BY id DESC LIMIT 1
"""
ROWS = 50_000


def count_figures() -> bool:
    """Add what finished transactions have written since to the figures, and what there was before all.

    The first count goes through the history in pieces, of which each is a transaction: killed in between,
    the next count goes on. Returns False when somebody else is at it.
    """
    FigureMark.objects.get_or_create(id=1)
    if not _count_since():
        return False
    while (counted := _count_piece()) is not None:
        if not counted:
            return False
    return True


@transaction.atomic(durable=True)
def recount_figures() -> None:
    """Forget all figures; the next count begins with the first entry. For a dump restored elsewhere."""
    FigureMark.objects.select_for_update().filter(id=1).first()
    DailyFigure.objects.all().delete()
    FigureMark.objects.filter(id=1).update(xact=0, counted_at=None)


@transaction.atomic(durable=True)
def _count_since() -> bool:
    """Count what is new; the mark never goes back, as it would in another cluster.

    The first time nothing is new and all is history, which is noted before it is counted: a program of an
    older version that runs beside goes on from the mark, too, and counts none of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK_AND_HORIZON)
        row = cursor.fetchone()
        if row is None:
            return False
        start, end = row
        mark = FigureMark.objects.get(id=1)
        if start == 0:
            mark.history_xact, mark.history_entry, mark.history_event = end, 0, FIRST_EVENT
        elif end > start:
            for source in SOURCES:
                _add(cursor, source, SINCE, {"start": start, "end": end})
    mark.xact = max(start, end)
    mark.counted_at = clock.now() if mark.history_xact is None else None
    mark.save()
    return True


@transaction.atomic(durable=True)
def _count_piece() -> bool | None:
    """Count the next rows of history; None when all is counted, False when somebody else is at it."""
    mark = FigureMark.objects.select_for_update(skip_locked=True).filter(id=1).first()
    if mark is None or mark.history_xact is None:
        return None if mark else False
    with connection.cursor() as cursor:
        for source in SOURCES:
            after = getattr(mark, source.place)
            cursor.execute(THROUGH.format(table=source.table), {"after": after, "rows": ROWS})
            if (row := cursor.fetchone()) is None:
                continue
            window = {"end": mark.history_xact, "after": after, "through": row[0]}
            _add(cursor, source, PIECE, window)
            setattr(mark, source.place, row[0])
            mark.save()
            return True
    mark.history_xact, mark.counted_at = None, clock.now()
    mark.save()
    return True


def _add(cursor: Any, source: Source, window: str, params: dict[str, Any]) -> None:
    for found in source.found:
        cursor.execute(ADD.format(found=found.format(window=window)), params)
