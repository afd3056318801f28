"""Refunds as plain dicts."""

from collections.abc import Iterable, Mapping
from typing import Any

from approvals.models import ApprovalStatus
from charges.models import Charge, ChargeStatus, RefundRequest
from dialects.text.rendering import render_instant

PENDING, WAITING = "pending", "waiting_for_approval"
OF_REFUND: Mapping[str, str] = {
    ChargeStatus.PROCESSED: PENDING,
    ChargeStatus.SUCCESS: "success",
    ChargeStatus.FAILED: "failed",
}
OF_APPROVAL: Mapping[str, str] = {
    ApprovalStatus.REQUESTED: WAITING,
    ApprovalStatus.APPROVED: WAITING,
    ApprovalStatus.REJECTED: "rejected",
    ApprovalStatus.VOID: "void",
}
STATUSES = [*OF_REFUND.values(), WAITING, "rejected", "void"]


def render_refunds(charge: Charge, requests: Iterable[RefundRequest]) -> list[dict[str, Any]]:
    """Return the refunds that were asked for of a charge, each as it stands now; amounts are cents."""
    asked = list(requests)
    made = charge.refunds.filter(public_id__in=[request.public_id for request in asked])
    refunds = {refund.public_id: refund for refund in made}
    return [_render(charge, request, refunds.get(request.public_id)) for request in asked]


def _render(charge: Charge, request: RefundRequest, refund: Charge | None) -> dict[str, Any]:
    approval = request.approval
    commission = refund.commission_minor if refund else approval and approval.details["commission_minor"]
    changed_at = refund.updated_at if refund else (approval and approval.decided_at) or request.created_at
    return {
        "id": str(request.public_id),
        "charge_id": str(charge.public_id),
        "amount": request.amount_minor,
        "commission": commission,
        "currency": charge.currency,
        "test": charge.test,
        "reason": request.reason,
        "status": OF_REFUND[refund.status] if refund else OF_APPROVAL[approval.status if approval else ""],
        "failure_code": (refund.failure_code if refund else "") or None,
        "failure_message": (refund.failure_message if refund else "") or None,
        "created_at": render_instant(request.created_at),
        "updated_at": render_instant(changed_at),
    }
