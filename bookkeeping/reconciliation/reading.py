"""Reading processors' own lists of what moved in a month, piece by piece. Call it outside transactions."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from bookkeeping.models import LONGEST_STEP, ListedMovement, Reading
from core import clock
from core.failpoints import failpoint
from gateway.base import GatewayError
from gateway.movements import Booking
from gateway.registry import get_gateway
from ledger.models import Month

PAGE = 500
SANDBOX = "sandbox"
# Clocks differ, and a processor may date a movement on another day than we do, or list it late. Of earlier
# months the lists are there already; before the first one a bank debit may have been on its way for weeks.
AROUND = timedelta(days=3)
LATE = timedelta(days=10)
BEFORE_THE_FIRST = timedelta(days=45)
# Workers end a task after four minutes. A piece that takes this long is read again in smaller ones.
LONGEST_PIECE = 40.0
SHORTEST_STEP = 60
# Whoever keeps lines shares this lock; who wants to know which are there takes it alone for a moment.
LISTS_LOCK = 7_205_760

log = structlog.get_logger(__name__)


def list_gateways() -> list[str]:
    """Return the gateways whose lists are read: all there are, the sandbox only where it is the live one."""
    return sorted(name for name in settings.GATEWAYS if name != SANDBOX or settings.LIVE_GATEWAY == SANDBOX)


def start_readings(month: Month, *, since: datetime) -> None:
    """Begin to read each list that has not been read to its end since an instant; one under way goes on.

    A reading that began before that instant counts for nothing later, and is begun anew.
    """
    for gateway in list_gateways():
        reading, _ = Reading.objects.get_or_create(month=month, gateway=gateway)
        begun = reading.started_at or reading.finished_at
        if begun is None or begun < since:
            Reading.objects.filter(pk=reading.pk).update(
                started_at=clock.now(), read_until=_find_beginning(month, gateway), trouble=""
            )


def go_on_reading(month: Month, *, until: float) -> bool:
    """Read on, piece by piece, until an instant of `time.monotonic`; say whether there is more to read now.

    What was read is kept. A list that cannot be read keeps why, and goes on with the next call.
    """
    for reading in list_unfinished(month):
        while reading.started_at is not None:
            if time.monotonic() >= until:
                return True
            if not _read_piece(reading, month):
                break
            reading.refresh_from_db()
    return False


def list_unfinished(month: Month) -> QuerySet[Reading]:
    """Return the readings of a month that have begun and are not at their end."""
    return month.readings.filter(started_at__isnull=False, gateway__in=list_gateways())


def _find_beginning(month: Month, gateway: str) -> datetime:
    earlier = Reading.objects.filter(
        gateway=gateway, month__ends_at=month.starts_at, finished_at__isnull=False
    )
    around = LATE if earlier.exists() else BEFORE_THE_FIRST
    return month.starts_at - max(around, get_gateway(gateway).listed_within)


def _read_piece(reading: Reading, month: Month) -> bool:
    """Read the next piece; False when the list cannot be read. Of two at once, one moves the reading on."""
    start, end = reading.read_until or _find_beginning(month, reading.gateway), month.ends_at + AROUND
    stop = min(start + timedelta(seconds=reading.step_seconds), end)
    began = time.monotonic()
    mine = Reading.objects.filter(pk=reading.pk, started_at=reading.started_at, read_until=reading.read_until)
    try:
        is_read = _keep(reading, start, stop, until=began + LONGEST_PIECE)
    except GatewayError as error:
        log.warning("a processor's list cannot be read", gateway=reading.gateway, error=str(error))
        mine.update(trouble=str(error)[:255])
        return False
    if not is_read:
        mine.update(step_seconds=max(reading.step_seconds // 2, SHORTEST_STEP))
    elif stop < end:
        is_quick = time.monotonic() - began < LONGEST_PIECE / 3
        step = min(reading.step_seconds * (2 if is_quick else 1), LONGEST_STEP)
        mine.update(read_until=stop, step_seconds=step)
    else:
        mine.update(
            finished_at=reading.started_at, started_at=None, read_until=None, is_compared=False, trouble=""
        )
    return True


def _keep(reading: Reading, start: datetime, stop: datetime, *, until: float) -> bool:
    """Keep the lines of a piece, page by page; False when it takes too long and can be smaller."""
    bookings = get_gateway(reading.gateway).list_bookings(since=start, before=stop)
    for page in _cut_into_pages(bookings):
        _keep_page(reading.gateway, page)
        if time.monotonic() >= until and reading.step_seconds > SHORTEST_STEP:
            return False
    return True


@transaction.atomic(durable=True)
def _keep_page(gateway: str, page: list[Booking]) -> None:
    _lock_lists("pg_advisory_xact_lock_shared")
    ListedMovement.objects.bulk_create(
        [_describe(gateway, booking) for booking in page], ignore_conflicts=True
    )
    failpoint("list.before_commit")


@transaction.atomic(durable=True)
def await_readers() -> datetime:
    """Return an instant (UTC): the lines that were read before it are committed, all others are of later."""
    _lock_lists("pg_advisory_xact_lock")
    return clock.now()


def _lock_lists(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [LISTS_LOCK])


def _cut_into_pages(bookings: Iterator[Booking]) -> Iterator[list[Booking]]:
    while page := list(islice(bookings, PAGE)):
        yield page


def _describe(gateway: str, booking: Booking) -> ListedMovement:
    return ListedMovement(
        gateway=gateway,
        booking=booking.name,
        reference=booking.reference,
        amount_minor=booking.money.amount_minor,
        currency=booking.money.currency,
        fee_minor=None if booking.fee is None else booking.fee.amount_minor,
        moved_at=booking.moved_at,
    )
