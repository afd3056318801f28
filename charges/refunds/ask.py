"""Asking for a refund: made at once, or when a second person has approved it."""

from django.contrib.auth.models import User
from django.db import transaction

from approvals.errors import AlreadyRequested
from approvals.four_eyes import OPEN, check_reason, request_approval, take_approval
from approvals.models import Approval, ApprovalAct
from charges.models import Charge, RefundRequest
from charges.refunds.limit import count_free
from charges.refunds.make import check_refund, lock_charge, refund_charge
from charges.refunds.terms import work_out_terms
from charges.tasks import collect
from core.failpoints import failpoint
from core.ids import new_public_id
from customers.models import Account


@transaction.atomic
def ask_refund(
    *,
    charge_id: int,
    amount_minor: int | None = None,
    reason: str,
    actor: str,
    requested_by: User | None = None,
    requested_by_account: Account | None = None,
) -> RefundRequest:
    """Give back an amount (cents) of a collected charge, or all that is left of it, and return the request.

    Above the limit (REFUND_APPROVAL_LIMIT) nothing moves until a second person approves it; one such request
    of a charge waits at a time. Either staff ask or an account of the seller. Raises ChargeNotFound,
    WrongState for what was not collected, ChargeInDispute, RefundedAlready, AlreadyRequested, InvalidField.
    """
    charge = lock_charge(Charge.objects.filter(pk=charge_id))
    request = RefundRequest(
        public_id=new_public_id(),
        charge=charge,
        amount_minor=check_refund(charge, amount_minor),
        free_minor=count_free(charge),
        reason=check_reason(reason),
        actor=actor,
    )
    if request.free_minor is None or request.amount_minor <= request.free_minor:
        request.save()
        make_refund(request, charge)
        return request
    _refuse_second_request(charge)
    request.approval = request_approval(
        act=ApprovalAct.REFUND,
        subject=request.subject,
        terms=work_out_terms(request, charge),
        requested_by=requested_by,
        requested_by_account=requested_by_account,
        reason=reason,
    )
    request.save()
    return request


def make_refund(request: RefundRequest, charge: Charge) -> Charge:
    """Make the refund that was asked for, and return it; the caller has locked the charge.

    Its id is that of the request, so a request is made once. Raises NotApproved.
    """
    if request.approval_id is not None:
        terms = work_out_terms(request, charge)
        take_approval(act=ApprovalAct.REFUND, subject=request.subject, terms=terms)
    refund = refund_charge(
        charge, amount_minor=request.amount_minor, due_at=charge.due_at, public_id=request.public_id
    )
    failpoint("refund.before_commit")
    # A partial would not do: Django logs the failure by the function's name.
    transaction.on_commit(lambda: collect.delay(refund.pk), robust=True)
    return refund


def _refuse_second_request(charge: Charge) -> None:
    waiting = Approval.objects.filter(refund_request__charge=charge, status__in=OPEN)
    if waiting.exists():
        raise AlreadyRequested
