"""Asking processors about one dispute, about those that are open, and for those that nobody told of."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError

from charges.disputes.errors import CaptureNotKnown, DisputeContradicted
from charges.disputes.record import Asked, is_as_told, record_dispute
from charges.models import Dispute, DisputeStatus
from core import clock
from core.due_by_clock import on_this_clock
from core.failpoints import failpoint
from core.per_row import run_logged
from gateway.registry import get_gateway

# Lists overlap: a dispute that could not be recorded at first, or was told of late, is found again.
LISTED = timedelta(days=7)
ASK_AGAIN = timedelta(days=1)
BATCH = 100

log = structlog.get_logger(__name__)


def ask_about_dispute(*, gateway: str, reference: str) -> Dispute | None:
    """Ask the processor about a dispute and record the answer; None when it knows no such dispute.

    Call it outside transactions. Raises GatewayError and what `record_dispute` raises.
    """
    at = clock.now()
    report = get_gateway(gateway).read_dispute(reference=reference)
    failpoint("dispute.told")
    return None if report is None else record_dispute(Asked(gateway, report, at))


def ask_for_disputes() -> int:
    """Record what each processor lists as opened or changed lately, and return how many that were.

    So disputes are found where no hint arrives. Call it outside transactions.
    """
    found = 0
    for name in settings.GATEWAYS:
        try:
            listed = list(_list_disputes(name))
        except Exception:
            log.warning("gateway cannot be asked for disputes", gateway=name, exc_info=True)
            continue
        found += len(listed)
        for asked in _keep_news(name, listed):
            _record_or_log(asked)
    return found


def ask_about_open_disputes() -> int:
    """Ask about open disputes that were not asked about for a day, and return how many there were."""
    known = Dispute.objects.filter(
        on_this_clock("charge__"), status=DisputeStatus.OPENED, asked_at__lte=clock.now() - ASK_AGAIN
    ).order_by("asked_at")
    ids = list(known.values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        run_logged(_ask_again, pk)
    return len(ids)


def _list_disputes(name: str) -> Iterator[Asked]:
    at = clock.now()
    return (Asked(name, report, at) for report in get_gateway(name).list_disputes(since=at - LISTED))


def _keep_news(name: str, listed: Sequence[Asked]) -> list[Asked]:
    """Leave out what is known as it is told, which most of a list is."""
    references = [asked.report.reference for asked in listed]
    known = {
        dispute.reference: dispute
        for dispute in Dispute.objects.filter(gateway=name, reference__in=references)
    }
    return [asked for asked in listed if not is_as_told(known.get(asked.report.reference), asked.report)]


def _record_or_log(asked: Asked) -> None:
    try:
        record_dispute(asked)
    except CaptureNotKnown:
        # The same account at the processor may serve other programs.
        log.info("dispute of an unknown capture", gateway=asked.gateway, dispute=asked.report.reference)
    except (DisputeContradicted, IntegrityError):
        log.exception("dispute cannot be recorded", gateway=asked.gateway, dispute=asked.report.reference)


def _ask_again(dispute_id: int) -> None:
    now = clock.now()
    overdue = Dispute.objects.filter(pk=dispute_id, asked_at__lte=now - ASK_AGAIN)
    # Noted first: what cannot be asked about comes last the next time, and of two sweeps one asks.
    if overdue.update(asked_at=now):
        dispute = Dispute.objects.get(pk=dispute_id)
        ask_about_dispute(gateway=dispute.gateway, reference=dispute.reference)
