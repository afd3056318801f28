"""Disputes of what test buyers paid with the card that is disputed after a day."""

from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError
from django.db.models import QuerySet

from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, AttemptState
from core import clock
from core.due_by_clock import on_this_clock
from gateway.registry import get_gateway
from gateway.sandbox_behaviours import DISPUTE
from gateway.sandbox_operations import DISPUTED_AFTER
from operations.due_work import BY_CHARGE, Due, EventSource

SANDBOX = "sandbox"
# The sandbox keeps instants to about a microsecond.
DISPUTED_BY = DISPUTED_AFTER + timedelta(seconds=1)
LISTED = timedelta(days=7)

log = structlog.get_logger(__name__)


def _list_captures() -> "QuerySet[Attempt]":
    captures = Attempt.objects.filter(
        on_this_clock("charge__"), gateway=SANDBOX, state=AttemptState.SUCCEEDED, token__contains=DISPUTE
    )
    return captures.filter(charge__disputes=None).order_by("sent_at")


def _list_due() -> "QuerySet[Attempt]":
    now = clock.now()
    return _list_captures().filter(sent_at__range=(now - LISTED, now - DISPUTED_BY))


def _due(until: datetime) -> list[Due]:
    return [(pk, 0) for pk in _list_due().values_list("pk", flat=True)]


def _next_after(after: datetime) -> datetime | None:
    later = _list_captures().filter(sent_at__gt=after - DISPUTED_BY)
    sent_at = later.values_list("sent_at", flat=True).first()
    return None if sent_at is None else sent_at + DISPUTED_BY


def _record(until: datetime) -> None:
    captures = set(_list_due().values_list("gateway_reference", flat=True))
    if not captures:
        return
    at = clock.now()
    for report in get_gateway(SANDBOX).list_disputes(since=at - LISTED):
        if report.capture in captures:
            _record_or_log(Asked(SANDBOX, report, at))


def _record_or_log(asked: Asked) -> None:
    try:
        record_dispute(asked)
    except IntegrityError:
        log.info("what was given back is not disputed", dispute=asked.report.reference)


DISPUTES = EventSource("payment to dispute", BY_CHARGE, _due, _next_after, _record)
