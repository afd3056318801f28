"""Comparing the list of a processor with our own movements, and settling what differs."""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from bookkeeping.errors import DifferenceSettled
from bookkeeping.models import SYSTEM, Difference, DifferenceKind, Reading
from bookkeeping.reconciliation.finding import FOUND
from bookkeeping.reconciliation.reading import AROUND, BEFORE_THE_FIRST, await_readers, list_gateways
from charges.collection.ask_again import ask_about_settled
from charges.models import Attempt, AttemptState, ChargeKind
from core import clock
from core.per_row import run_logged
from gateway.registry import get_gateway
from ledger.errors import AlreadyClosed
from ledger.models import Month
from ledger.months import lock_month

ASKED_AT_ONCE = 100
GONE = "The list and the books do not differ like this any more."
# What the system settled is found anew when it comes again; what a person settled is not, in these amounts.
COMPARE = f"""
WITH found AS (
    SELECT reference, attempt_id, currency, kind,
           CASE kind WHEN 'fee' THEN listed_fee ELSE listed_amount END AS listed_minor,
           CASE kind WHEN 'fee' THEN ours_fee ELSE ours_amount END AS ours_minor
    FROM ({FOUND}) differences
), kept AS (
    INSERT INTO bookkeeping_difference (month_id, gateway, kind, reference, attempt_id, currency,
        listed_minor, ours_minor, found_at, settled_by, reason)
    SELECT %(month)s, %(gateway)s, kind, reference, attempt_id, currency, listed_minor, ours_minor,
           %(now)s, '', ''
    FROM found ON CONFLICT DO NOTHING
)
UPDATE bookkeeping_difference d SET settled_at = %(now)s, settled_by = %(system)s, reason = %(gone)s
WHERE d.month_id = %(month)s AND d.gateway = %(gateway)s AND d.settled_at IS NULL
  AND NOT EXISTS (
      SELECT FROM found f WHERE (f.reference, f.kind) = (d.reference, d.kind)
          AND (f.listed_minor, f.ours_minor) IS NOT DISTINCT FROM (d.listed_minor, d.ours_minor)
  )
"""


def compare_lists(month: Month) -> None:
    """Note what the processors list otherwise than we have it; what differs no more is settled by itself.

    A month that is closed stays as it is. Call it outside transactions.
    """
    try:
        for gateway in list_gateways():
            _compare(month, gateway)
    except AlreadyClosed:
        return


def _compare(month: Month, gateway: str) -> None:
    compared_at = await_readers()
    terms = _find_terms(month, gateway)
    reading = Reading.objects.filter(month=month, gateway=gateway)
    with transaction.atomic(), connection.cursor() as cursor:
        # A reading that comes to its end meanwhile waits, and is compared after this.
        list(reading.select_for_update())
        cursor.execute(COMPARE, terms)
        lock_month(month.pk)
        reading.update(compared_at=compared_at, is_compared=True)


def _find_terms(month: Month, gateway: str) -> dict[str, int | str | bool | datetime | None]:
    first, processor = month.starts_at - BEFORE_THE_FIRST, get_gateway(gateway)
    return {
        "month": month.pk,
        "gateway": gateway,
        "start": month.starts_at,
        "end": month.ends_at,
        "before": first - AROUND,
        "first": first,
        "sure": first + AROUND,
        "last": month.ends_at + AROUND,
        "lists_disputes": processor.lists_disputes,
        "lists_returns": processor.lists_returns,
        "compared": _find_last_comparison(month, gateway),
        "now": clock.now(),
        "system": SYSTEM,
        "gone": GONE,
    }


def _find_last_comparison(month: Month, gateway: str) -> datetime | None:
    """Return when the month before was compared for the last time; None while it is open, or for none."""
    earlier = Month.objects.filter(ends_at=month.starts_at, closed_at__isnull=False).first()
    if earlier is None:
        return None
    reading = earlier.readings.filter(gateway=gateway).first()
    return (reading and reading.compared_at) or earlier.closed_at


def ask_about_missing_refunds(month: Month, *, until: float) -> None:
    """Ask processors about refunds that their lists do not have: the bank may have sent them back.

    Those come first that were not asked about for longest, until an instant of `time.monotonic`. Call it
    outside transactions, and compare the lists again.
    """
    missing = month.differences.filter(
        kind=DifferenceKind.ONLY_OURS,
        settled_at=None,
        attempt__state=AttemptState.SUCCEEDED,
        attempt__charge__kind=ChargeKind.REFUND,
    ).order_by(F("asked_at").asc(nulls_first=True), "pk")
    for pk in missing.values_list("pk", flat=True)[:ASKED_AT_ONCE]:
        if time.monotonic() >= until:
            return
        run_logged(_ask_again, pk)


def _ask_again(difference_id: int) -> None:
    unsettled = Difference.objects.filter(pk=difference_id, settled_at=None)
    # Noted first: what cannot be asked about comes last the next time.
    if unsettled.update(asked_at=clock.now()):
        ask_about_settled(Attempt.objects.select_related("charge").get(differences=difference_id))


@transaction.atomic
def settle_difference(difference_id: int, *, actor: str, reason: str) -> Difference:
    """Note what a difference is and what was done about it; it does not hold up the close any more.

    Nothing is posted by this. Raises DifferenceSettled.
    """
    difference = Difference.objects.select_for_update(of=("self",)).get(pk=difference_id)
    if difference.settled_at is not None:
        raise DifferenceSettled
    difference.settled_at, difference.settled_by, difference.reason = clock.now(), actor, reason
    difference.save(update_fields=["settled_at", "settled_by", "reason"])
    return difference
