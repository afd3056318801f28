"""Reading processors' own lists of what moved in a month. Call it outside transactions."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import structlog
from django.conf import settings

from bookkeeping.models import ListedMovement, Reading
from core import clock
from gateway.base import GatewayError
from gateway.movements import Booking
from gateway.registry import get_gateway
from ledger.models import Month

PAGE = 500
SANDBOX = "sandbox"
# Clocks differ, and a processor may date a movement on another day than we do. Of earlier months the lists
# are there already; before the first one a bank debit may have been on its way for weeks.
AROUND = timedelta(days=3)
BEFORE_THE_FIRST = timedelta(days=45)

log = structlog.get_logger(__name__)


def list_gateways() -> list[str]:
    """Return the gateways whose lists are read: all there are, the sandbox only where it is the live one."""
    return sorted(name for name in settings.GATEWAYS if name != SANDBOX or settings.LIVE_GATEWAY == SANDBOX)


def read_lists(month: Month) -> None:
    """Read the lists of all processors for a month; what cannot be read keeps why, for the next time."""
    for gateway in list_gateways():
        _read_list(month, gateway)


def _read_list(month: Month, gateway: str) -> None:
    reading, _ = Reading.objects.get_or_create(month=month, gateway=gateway)
    earlier = Reading.objects.filter(
        gateway=gateway, month__ends_at=month.starts_at, finished_at__isnull=False
    )
    since = month.starts_at - (AROUND if earlier.exists() else BEFORE_THE_FIRST)
    started = clock.now()
    try:
        bookings = get_gateway(gateway).list_bookings(since=since, before=month.ends_at + AROUND)
        for page in _cut_into_pages(bookings):
            ListedMovement.objects.bulk_create(
                [_describe(gateway, booking) for booking in page], ignore_conflicts=True
            )
    except GatewayError as error:
        log.warning("a processor's list cannot be read", gateway=gateway, month=str(month), error=str(error))
        Reading.objects.filter(pk=reading.pk).update(trouble=str(error)[:255])
        return
    Reading.objects.filter(pk=reading.pk).update(finished_at=started, trouble="")


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
