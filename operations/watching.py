"""The look of each minute at what is cheap to check; what it finds is kept for /metrics and the admin."""

import psycopg
import structlog
from django.db import OperationalError, connection, transaction

from core import clock
from core.bulk import run_query
from core.per_row import PASSING_ERRORS
from core.transaction_ids import HORIZON
from operations.invariants import Invariant
from operations.invariants.watched import WATCHED
from operations.models import InvariantLook

MOST = 21
LONGEST = "5s"
SEEN = "%(seen)s"
MOST_PARTS = 4096
log = structlog.get_logger(__name__)


def look() -> None:
    """Look at each watched invariant; one that takes too long is logged, and its last look grows old."""
    [(horizon,)] = run_query(f"SELECT {HORIZON}", {})
    for invariant in WATCHED:
        try:
            _look_at_some(invariant, horizon)
        except PASSING_ERRORS as error:
            log.warning("no look at an invariant", invariant=invariant.id, error=type(error).__name__)
    InvariantLook.objects.exclude(invariant__in=[each.id for each in WATCHED]).delete()


def _look_at_some(invariant: Invariant, horizon: int) -> None:
    """Look at all that is new or, where that takes too long, at a part of it; the next look goes on there."""
    parts = 1
    while True:
        try:
            return _look_at(invariant, horizon, parts)
        except OperationalError as error:
            is_too_much = isinstance(error.__cause__, psycopg.errors.QueryCanceled)
            if not is_too_much or SEEN not in invariant.sql or parts == MOST_PARTS:
                raise
        parts *= 16


@transaction.atomic
def _look_at(invariant: Invariant, horizon: int, parts: int) -> None:
    """Look at one. What was posted while it was broken is looked at again, until all is sound."""
    at = clock.now()
    row, _ = InvariantLook.objects.select_for_update().get_or_create(
        invariant=invariant.id,
        defaults={"sentence": invariant.sentence, "looked_at": at, "seen_xact": horizon},
    )
    until = min(horizon, row.seen_xact - (row.seen_xact - horizon) // parts)
    found = _count_broken(invariant, seen=row.seen_xact, horizon=until)
    if found and not row.broken_rows:
        log.error("an invariant is broken", invariant=invariant.id, sentence=invariant.sentence, rows=found)
    row.broken_since = (row.broken_since or at) if found else None
    row.broken_rows, row.looked_at, row.sentence = found, at, invariant.sentence
    row.seen_xact = row.seen_xact if found else until
    row.save()


def _count_broken(invariant: Invariant, *, seen: int, horizon: int) -> int:
    values = {"now": clock.now(), "seen": seen, "horizon": horizon}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        cursor.execute(f"SELECT FROM ({invariant.sql}) broken LIMIT {MOST}", invariant.params | values)
        found = cursor.rowcount
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    return found
