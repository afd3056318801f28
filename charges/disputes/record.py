"""The one writer of disputes: what a processor says of one is recorded under the lock of its charge."""

from datetime import datetime
from typing import NamedTuple, TypedDict

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from charges.disputes.chargebacks import enter_chargeback, take_back_chargeback
from charges.disputes.errors import CaptureNotKnown, DisputeContradicted
from charges.disputes.events import tell_dispute
from charges.models import (
    Attempt,
    AttemptState,
    Charge,
    ChargeKind,
    Dispute,
    DisputeChange,
    DisputeStatus,
    FeePayer,
    UnbookedDispute,
)
from charges.refunds.make import share_commission_of
from core import clock
from core.due_by_clock import on_this_clock
from core.failpoints import failpoint
from core.ledger_references import dispute_fee_reference, dispute_reference
from gateway.hints import DisputeReport
from ledger import postings
from ledger.postings import Posting, Source
from ledger.services import record_postings

ACTOR = "system:disputes"

log = structlog.get_logger(__name__)


class Asked(NamedTuple):
    """What a gateway answered about a dispute, and when it was asked (UTC)."""

    gateway: str
    report: DisputeReport
    at: datetime


def record_dispute(asked: Asked) -> Dispute:
    """Record what a processor says of a dispute, with all that follows in the ledger; twice changes nothing.

    Answers may come in any order: a dispute that is closed stays as it is, and what is older than what is
    known changes neither fee nor dates. What the books cannot hold is noted for a person, so is a dispute
    that is opened again after it was won. Raises CaptureNotKnown, DisputeContradicted, and IntegrityError
    when refunds and disputes would exceed the charge.
    """
    try:
        return _record(asked)
    except (DisputeContradicted, IntegrityError) as error:
        _note_unbooked(asked, str(error).partition("\n")[0])
        raise


@transaction.atomic(durable=True)
def _record(asked: Asked) -> Dispute:
    capture = _find_capture(asked)
    charge = Charge.objects.select_for_update(no_key=True).get(pk=capture.charge_id)
    dispute, posted = _lock_or_open(asked, charge, capture)
    posted += _close(dispute, charge, asked)
    if dispute.status == DisputeStatus.WON:
        take_back_chargeback(dispute)
    if asked.at >= dispute.asked_at:
        posted += _update_details(dispute, charge, asked)
    dispute.save()
    record_postings(posted)
    failpoint("dispute.before_commit")
    return dispute


def _note_unbooked(asked: Asked, trouble: str) -> None:
    """Note once for a person that money moved at the processor which the books cannot hold."""
    capture, report = _find_capture(asked), asked.report
    note = UnbookedDispute(
        gateway=asked.gateway,
        reference=report.reference,
        status=report.status,
        attempt=capture,
        livemode=capture.livemode,
        currency=report.money.currency,
        amount_minor=report.money.amount_minor,
        trouble=trouble[:255],
    )
    UnbookedDispute.objects.bulk_create([note], ignore_conflicts=True)


def is_as_told(dispute: Dispute | None, report: DisputeReport) -> bool:
    """Say whether a report would change nothing of a dispute that is known."""
    return dispute is not None and (
        (dispute.status, dispute.money, dispute.fee) == (report.status, report.money, report.fee)
        and (dispute.reason, dispute.evidence_due_by) == (report.reason[:120], report.evidence_due_by)
    )


def _find_capture(asked: Asked) -> Attempt:
    captures = Attempt.objects.filter(
        on_this_clock("charge__"),
        gateway=asked.gateway,
        gateway_reference=asked.report.capture,
        on_own_account=False,
    )
    taken = captures.filter(state=AttemptState.SUCCEEDED, charge__kind=ChargeKind.CHARGE).first()
    if taken is None:
        raise CaptureNotKnown
    return taken


def _lock_or_open(asked: Asked, charge: Charge, capture: Attempt) -> tuple[Dispute, list[Posting]]:
    report = asked.report
    known = Dispute.objects.filter(gateway=asked.gateway, reference=report.reference)
    dispute = known.select_for_update().first()
    if dispute is not None:
        if (dispute.attempt_id, dispute.money) != (capture.pk, report.money):
            raise DisputeContradicted
        return dispute, []
    if report.money.currency != capture.currency or report.money.amount_minor < 1:
        raise DisputeContradicted
    dispute = Dispute.objects.create(
        charge=charge,
        attempt=capture,
        gateway=asked.gateway,
        reference=report.reference,
        livemode=capture.livemode,
        currency=capture.currency,
        amount_minor=report.money.amount_minor,
        commission_minor=share_commission_of(charge, report.money.amount_minor),
        fee_currency=report.fee.currency,
        fee_payer=settings.DISPUTE_FEE_PAYER,
        asked_at=asked.at,
    )
    enter_chargeback(dispute, charge)
    tell_dispute(dispute, charge, at=dispute.opened_at)
    log.warning("dispute opened", dispute=dispute.reference, charge=str(charge.public_id))
    return dispute, [postings.dispute_opened(_source(dispute, charge), **_name_shares(dispute, charge))]


def _close(dispute: Dispute, charge: Charge, asked: Asked) -> list[Posting]:
    """Close an open dispute, if that is what the processor says, and return what is to be posted."""
    status = DisputeStatus(asked.report.status)
    if dispute.status != DisputeStatus.OPENED:
        _note_reopened(dispute, asked, status)
        return []
    if status == DisputeStatus.OPENED:
        return []
    if status == DisputeStatus.WON:
        dispute.win()
    else:
        dispute.lose()
        if not dispute.shared_at_opening:
            dispute.commission_minor = share_commission_of(charge, dispute.amount_minor)
    DisputeChange.objects.create(
        dispute=dispute,
        from_status=DisputeStatus.OPENED,
        to_status=dispute.status,
        actor=ACTOR,
    )
    tell_dispute(dispute, charge, at=dispute.closed_at or clock.now())
    return _post_end(dispute, charge)


def _note_reopened(dispute: Dispute, asked: Asked, status: DisputeStatus) -> None:
    """Note for a person that the money of a decided dispute moved again, which the books cannot hold.

    A processor may name a second dispute of a payment as the first one. Open and lost are alike here: the
    money is with the payer's bank. An older answer that the books went past tells of no such move.
    """
    contradicts = status not in (DisputeStatus.OPENED, dispute.status)
    if not contradicts and asked.at <= dispute.asked_at:
        return
    notes = UnbookedDispute.objects.filter(
        gateway=dispute.gateway, reference=dispute.reference, found_at__gte=dispute.closed_at
    )
    before = notes.order_by("-id").values_list("status", flat=True).first() or dispute.status
    if (status == DisputeStatus.WON) == (before == DisputeStatus.WON):
        return
    log.error("gateway contradicts itself", dispute=dispute.reference, known=before, now=status)
    _note_unbooked(asked, f"It was {before} before.")


def _post_end(dispute: Dispute, charge: Charge) -> list[Posting]:
    """Return what the end of a dispute moves: what both bear since its opening is theirs again, or stays.

    Of one that was opened when only losing it was borne, the disputed account still holds the amount.
    """
    source, is_won = _source(dispute, charge), dispute.status == DisputeStatus.WON
    if dispute.shared_at_opening:
        return [postings.dispute_won(source, **_name_shares(dispute, charge))] if is_won else []
    if is_won:
        return [postings.old_dispute_won(source, total_minor=dispute.amount_minor)]
    return [postings.old_dispute_lost(source, **_name_shares(dispute, charge))]


class Shares(TypedDict):
    """Who bears how much of a dispute, in cents."""

    seller_id: int
    total_minor: int
    commission_minor: int


def _name_shares(dispute: Dispute, charge: Charge) -> Shares:
    return Shares(
        seller_id=charge.payee_id,
        total_minor=dispute.amount_minor,
        commission_minor=dispute.commission_minor or 0,
    )


def _update_details(dispute: Dispute, charge: Charge, asked: Asked) -> list[Posting]:
    """Take over what may change while a dispute goes on, and return the posting of a changed fee."""
    report = asked.report
    dispute.reason = report.reason[:120]
    dispute.evidence_due_by = report.evidence_due_by
    dispute.asked_at = asked.at
    if dispute.fee_postings and report.fee.currency != dispute.fee_currency:
        raise DisputeContradicted
    change = report.fee.amount_minor - dispute.fee_minor
    dispute.fee_currency, dispute.fee_minor = report.fee.currency, report.fee.amount_minor
    if not change:
        return []
    dispute.fee_postings += 1
    reference = dispute_fee_reference(dispute.public_id, dispute.fee_postings)
    source = Source(reference, f"Dispute {dispute.reference}", dispute.livemode, dispute.fee_currency)
    seller_id = charge.payee_id if dispute.fee_payer == FeePayer.SELLER else None
    return [postings.fee(source, fee_minor=change, seller_id=seller_id)]


def _source(dispute: Dispute, charge: Charge) -> Source:
    """Return the cause of what is posted; a seller reads the charge's name in its ledger."""
    return Source(dispute_reference(dispute.public_id), charge.name, dispute.livemode, dispute.currency)
