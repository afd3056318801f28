"""Adding to the figures by day, from ledger entries and events in the order of transactions."""

from typing import Any, NamedTuple

from django.db import connection, transaction

from bookkeeping.models import FIRST_EVENT, DailyFigure, FigureMark
from core import clock
from core.transaction_ids import HORIZON
from events.types import ROUTINE

ADD = """
INSERT INTO bookkeeping_dailyfigure (name, livemode, currency, day, amount_minor, count)
SELECT name, livemode, currency, day, SUM(amount), SUM(count) FROM ({found}) found
GROUP BY name, livemode, currency, day ORDER BY name, livemode, currency, day
ON CONFLICT (name, livemode, currency, day) DO UPDATE SET
    amount_minor = bookkeeping_dailyfigure.amount_minor + EXCLUDED.amount_minor,
    count = bookkeeping_dailyfigure.count + EXCLUDED.count
"""
# Which entries a figure is made of: the kind of account, that of the transaction (all for none), the sign.
ENTRIES = """
SELECT figure.name, t.livemode, t.currency, (t.created_at AT TIME ZONE 'UTC')::date AS day,
       figure.sign * e.amount_minor AS amount, 1 AS count
FROM ledger_ledgerentry e
JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
JOIN ledger_ledgeraccount a ON a.id = e.account_id
JOIN (VALUES
    ('collected', 'buyer_clearing', 'collection', 1),
    ('refunded', 'buyer_clearing', 'refund', -1),
    ('refunded', 'buyer_clearing', 'refund_returned', -1),
    ('commission', 'commission_revenue', NULL, -1),
    ('fees', 'processor_fees', NULL, 1),
    ('owed', 'seller_payable', NULL, -1),
    ('paid_out', 'buyer_clearing', 'payout_settled', -1),
    ('paid_out', 'buyer_clearing', 'payout_returned', -1)
) figure (name, account, kind, sign) ON figure.account = a.kind AND COALESCE(figure.kind, t.kind) = t.kind
WHERE {window}
"""
# As the index on events says it.
OF_NOTE = "NOT (e.type IN ({}))".format(", ".join(f"'{each.value}'" for each in ROUTINE))
# What merchants collect on accounts of their own at the processor is none of the marketplace's money.
# The attempt that captured says so, and where none did, the last one.
OF_OURS = """NOT COALESCE((
    SELECT a.on_own_account FROM charges_attempt a WHERE a.charge_id = c.id
    ORDER BY a.state IN ('succeeded', 'returned') DESC, a.number DESC LIMIT 1), false)"""
CHARGES = f"""
SELECT CASE e.type WHEN 'charge.failed' THEN 'failed' ELSE 'recovered' END AS name, e.livemode, c.currency,
       (e.occurred_at AT TIME ZONE 'UTC')::date AS day, c.total_minor AS amount, 1 AS count
FROM events_event e JOIN charges_charge c ON c.public_id = e.object_id
WHERE {OF_NOTE} AND {{window}}
AND (e.type = 'charge.failed' OR e.type = 'charge.succeeded' AND c.failure_count > 0) AND {OF_OURS}
"""
# A year is spread over its months; of days and weeks the first of a month counts. At most ten years.
PERIODS = f"""
SELECT 'recurring' AS name, e.livemode, c.currency, (begun + month * interval '1 month')::date AS day,
       c.total_minor / months + (month < c.total_minor %% months)::int AS amount,
       CASE WHEN c.period IS NULL OR s.frequency IN ('daily', 'weekly') AND c.period > s.first_period
                 AND c.due_at AT TIME ZONE 'UTC' - step >= begun THEN 0 ELSE 1 END AS count
FROM events_event e
JOIN charges_charge c ON c.public_id = e.object_id
JOIN subscriptions_subscription s ON s.id = c.subscription_id
CROSS JOIN LATERAL (SELECT
    date_trunc('month', c.due_at AT TIME ZONE 'UTC') AS begun,
    s.interval * CASE s.frequency WHEN 'daily' THEN interval '1 day' ELSE interval '1 week' END AS step,
    LEAST(120, s.interval * CASE s.frequency WHEN 'yearly' THEN 12 WHEN 'monthly' THEN 1 ELSE 0 END) AS given
) schedule
CROSS JOIN LATERAL (SELECT GREATEST(1, given) AS months) spread
CROSS JOIN LATERAL generate_series(0, months - 1) AS month
WHERE {OF_NOTE} AND {{window}} AND e.type = 'charge.succeeded'
AND {OF_OURS}
"""
# What stopped for want of money and is cancelled later has left once.
LEFT = f"""
SELECT 'left' AS name, e.livemode, s.currency, (e.occurred_at AT TIME ZONE 'UTC')::date AS day,
       0 AS amount, 1 AS count
FROM events_event e JOIN subscriptions_subscription s ON s.public_id = e.object_id
WHERE {OF_NOTE} AND {{window}}
AND e.type IN ('subscription.frozen', 'subscription.cancelled', 'subscription.expired')
AND e.snapshot ->> 'current_charge_at' IS NOT NULL AND s.kind = 'charge'
AND COALESCE((
    SELECT b.type FROM events_event b WHERE b.object_id = e.object_id AND b.sequence < e.sequence
    AND b.type NOT IN (
        'subscription.changed', 'subscription.held', 'subscription.ending', 'subscription.kept'
    ) ORDER BY b.sequence DESC LIMIT 1
), '') <> 'subscription.frozen'
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


class Source(NamedTuple):
    """Rows that figures are made of, and where the mark says how far their history is counted."""

    table: str
    place: str
    found: tuple[str, ...]


SOURCES = (
    Source("ledger_ledgerentry", "history_entry", (ENTRIES,)),
    Source("events_event", "history_event", (CHARGES, PERIODS, LEFT)),
)


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
