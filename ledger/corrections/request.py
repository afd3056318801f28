"""Booking by hand: asked for by one person, booked when another one approves exactly that."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from approvals.four_eyes import approve, request_approval, take_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from core.currencies import EXPONENTS
from core.errors import InvalidField
from core.failpoints import failpoint
from core.ids import new_public_id
from ledger import postings
from ledger.corrections.attachments import Attachment, check_attachment, check_name
from ledger.corrections.lines import CorrectionLine, check_lines, read_line, write_line
from ledger.models import Correction
from ledger.postings import Source
from ledger.services import record_postings


@transaction.atomic
def request_correction(
    *,
    lines: Sequence[CorrectionLine],
    currency: str,
    livemode: bool,
    reason: str,
    attachment: Attachment,
    requested_by: User,
) -> Correction:
    """Ask another person to let these lines be booked; amounts are minor units (cents) of the currency.

    Nothing that is booked is ever edited: what is wrong is corrected by lines of its own. Raises
    InvalidField.
    """
    if currency not in EXPONENTS:
        raise InvalidField("currency", "must be the ISO 4217 code of a currency")
    check_lines(lines, currency)
    media_type, name = check_attachment(attachment), check_name(attachment)
    correction = Correction(
        public_id=new_public_id(),
        attachment_name=name,
        attachment_type=media_type,
        attachment=attachment.content,
    )
    terms = {
        "currency": currency,
        "livemode": livemode,
        "lines": [write_line(line) for line in lines],
        "attachment": {"name": name, "sha256": attachment.sha256},
    }
    correction.approval = request_approval(
        act=ApprovalAct.CORRECTION,
        subject=correction.reference,
        terms=terms,
        requested_by=requested_by,
        reason=reason,
    )
    correction.save()
    return correction


@transaction.atomic
def approve_correction(approval: Approval, *, decided_by: User) -> Approval:
    """Approve a correction and book it, as another person than who asked; return the approval as it is now.

    Raises what `approvals.four_eyes.approve` raises.
    """
    correction = Correction.objects.get(approval=approval)
    terms = _work_out_terms(correction, approval)
    decided = approve(approval=approval, decided_by=decided_by, terms=terms)
    if decided.status == ApprovalStatus.APPROVED:
        take_approval(act=ApprovalAct.CORRECTION, subject=correction.reference, terms=terms)
        _book(correction, approval)
        decided.refresh_from_db()
    return decided


def _work_out_terms(correction: Correction, approval: Approval) -> dict[str, Any]:
    """Return what would be booked now: the lines that were asked for, shown by the paper that is kept now."""
    kept = Attachment(correction.attachment_name, bytes(correction.attachment))
    return approval.details | {"attachment": {"name": kept.name, "sha256": kept.sha256}}


def _book(correction: Correction, approval: Approval) -> None:
    terms = approval.details
    source = Source(
        correction.reference, f"Correction: {approval.reason}", terms["livemode"], terms["currency"]
    )
    lines = [read_line(said) for said in terms["lines"]]
    moves = {line.account: line.signed_minor for line in lines}
    record_postings([postings.correction(source, moves=moves)])
    failpoint("correction.before_commit")
