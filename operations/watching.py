"""The look of each minute at what is cheap to check; what it finds is kept for /metrics and the admin."""

import structlog
from django.db import connection, transaction

from core import clock
from core.bulk import run_query
from core.per_row import PASSING_ERRORS
from core.transaction_ids import HORIZON
from operations.invariants import Invariant
from operations.invariants.watched import WATCHED
from operations.models import InvariantLook

MOST = 21
LONGEST = "5s"
log = structlog.get_logger(__name__)


def look() -> None:
    """Look at each watched invariant; one that takes too long is logged, and its last look grows old."""
    [(horizon,)] = run_query(f"SELECT {HORIZON}", {})
    for invariant in WATCHED:
        try:
            _look_at(invariant, horizon)
        except PASSING_ERRORS as error:
            log.warning("no look at an invariant", invariant=invariant.id, error=type(error).__name__)
    InvariantLook.objects.exclude(invariant__in=[each.id for each in WATCHED]).delete()


@transaction.atomic
def _look_at(invariant: Invariant, horizon: int) -> None:
    """Look at one. What was posted while it was broken is looked at again, until all is sound."""
    at = clock.now()
    row, _ = InvariantLook.objects.select_for_update().get_or_create(
        invariant=invariant.id,
        defaults={"sentence": invariant.sentence, "looked_at": at, "seen_xact": horizon},
    )
    found = _count_broken(invariant, seen=row.seen_xact, horizon=horizon)
    if found and not row.broken_rows:
        log.error("an invariant is broken", invariant=invariant.id, sentence=invariant.sentence, rows=found)
    row.broken_since = (row.broken_since or at) if found else None
    row.broken_rows, row.looked_at, row.sentence = found, at, invariant.sentence
    row.seen_xact = row.seen_xact if found else horizon
    row.save()


def _count_broken(invariant: Invariant, *, seen: int, horizon: int) -> int:
    values = {"now": clock.now(), "seen": seen, "horizon": horizon}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        cursor.execute(f"SELECT FROM ({invariant.sql}) broken LIMIT {MOST}", invariant.params | values)
        found = cursor.rowcount
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    return found
