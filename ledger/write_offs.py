"""Writing off what a customer still owes of a debt, by an adjustment that covers exactly that."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from approvals.four_eyes import approve, check_reason, name_staff, request_approval, take_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from ledger.allocation import lock_customers
from ledger.errors import NothingOwed
from ledger.models import CustomerTransaction
from ledger.receivables import record_transaction
from ledger.transaction_types import CustomerTransactionType, Side

MAX_CREATOR = 120


@transaction.atomic
def write_off_debt(*, transaction_id: int, reason: str, requested_by: User) -> CustomerTransaction | Approval:
    """Write off what is open of an invoice or fee of a customer, and return the adjustment.

    No money moves and the marketplace's books stay as they are: it is between the merchant and its customer.
    Above REFUND_APPROVAL_LIMIT nothing changes until a second person approves it; then the approval is
    returned. Raises NothingOwed, AlreadyRequested, InvalidField.
    """
    debt = _lock(transaction_id)
    if not is_owed(debt):
        raise NothingOwed
    if debt.balance_minor <= int(settings.REFUND_APPROVAL_LIMIT.get(debt.currency, 0)):
        return _write(debt, creator=name_staff(requested_by), reason=check_reason(reason))
    terms = work_out_terms(debt)
    return request_approval(
        act=ApprovalAct.WRITE_OFF,
        subject=f"write_off:{terms['debt']}:{terms['number']}",
        terms=terms,
        requested_by=requested_by,
        reason=reason,
    )


@transaction.atomic
def approve_debt_write_off(approval: Approval, *, decided_by: User) -> Approval:
    """Approve a write-off and make it, as another person than who asked; return the approval as it is now.

    It is void if another sum is open now. Raises what `approvals.four_eyes.approve` raises.
    """
    found = CustomerTransaction.objects.get(public_id=approval.details["debt"])
    debt = _lock(found.pk)
    terms = work_out_terms(debt)
    decided = approve(approval=approval, decided_by=decided_by, terms=terms)
    if decided.status == ApprovalStatus.APPROVED:
        take_approval(act=ApprovalAct.WRITE_OFF, subject=decided.subject, terms=terms)
        _write(debt, creator=name_staff(decided_by), reason=decided.reason)
        decided.refresh_from_db()
    return decided


def is_owed(debt: CustomerTransaction) -> bool:
    """Say whether something of this transaction is still owed."""
    return debt.side == Side.DEBT and debt.balance_minor > 0


def work_out_terms(debt: CustomerTransaction) -> dict[str, Any]:
    """Return what a write-off does; amounts are minor units (cents).

    What is written off may be owed again: the number tells one write-off of a debt from the next.
    """
    earlier = debt.allocations_to.filter(source__type=CustomerTransactionType.ADJUSTMENT).count()
    return {
        "debt": str(debt.public_id),
        "customer": str(debt.customer.public_id),
        "currency": debt.currency,
        "amount_minor": debt.balance_minor,
        "number": earlier + 1,
    }


def _lock(transaction_id: int) -> CustomerTransaction:
    """Lock the customer, whose lock is that of all its transactions, and return the debt as it is then."""
    customer_ids = CustomerTransaction.objects.filter(pk=transaction_id).values_list("customer_id", flat=True)
    lock_customers([*customer_ids])
    return CustomerTransaction.objects.select_related("customer").get(pk=transaction_id)


def _write(debt: CustomerTransaction, *, creator: str, reason: str) -> CustomerTransaction:
    return record_transaction(
        customer_id=debt.customer_id,
        type=CustomerTransactionType.ADJUSTMENT,
        amount_minor=debt.balance_minor,
        currency=debt.currency,
        creator=creator[:MAX_CREATOR],
        invoice_list=str(debt.pk),
        note=reason,
    )
