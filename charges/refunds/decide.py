"""A second person lets a refund be made."""

from django.contrib.auth.models import User
from django.db import transaction

from approvals.four_eyes import approve
from approvals.models import Approval, ApprovalStatus
from charges.models import Charge, RefundRequest
from charges.refunds.ask import make_refund
from charges.refunds.make import lock_charge
from charges.refunds.terms import work_out_terms


@transaction.atomic
def approve_refund(approval: Approval, *, decided_by: User) -> Approval:
    """Approve a refund and make it, as another person than who asked; return the approval as it is now.

    It is void, and nothing was made, if the refund would not do any more what was asked for. Raises what
    `approvals.four_eyes.approve` raises.
    """
    request = RefundRequest.objects.get(approval=approval)
    charge = lock_charge(Charge.objects.filter(pk=request.charge_id))
    decided = approve(approval=approval, decided_by=decided_by, terms=work_out_terms(request, charge))
    if decided.status == ApprovalStatus.APPROVED:
        make_refund(request, charge)
        decided.refresh_from_db()
    return decided
