"""Requests for a second person, shared by the tests of approvals."""

from uuid import uuid4

from django.contrib.auth.models import Permission, User

from approvals.four_eyes import approve, request_approval
from approvals.models import Approval, ApprovalAct
from operations.factories import UserFactory

TERMS = {"amount_minor": 500, "currency": "USD"}


def approver(**fields) -> User:
    """Somebody of the staff who may approve what others ask for."""
    user = UserFactory(staff=True, **fields)
    user.user_permissions.add(Permission.objects.get(codename="approve_money"))
    return user


def ask(**changes) -> Approval:
    """Somebody's request to refund 5.00 USD."""
    fields = {"act": ApprovalAct.REFUND, "subject": f"refund:{uuid4()}", "terms": TERMS, "reason": "Broken."}
    if "requested_by_account" not in changes:
        fields["requested_by"] = changes.get("requested_by") or UserFactory(staff=True)
    return request_approval(**{"requested_by": None, **fields, **changes})


def ask_and_approve(**changes) -> Approval:
    """A request that another person approved."""
    approval = ask(**changes)
    return approve(approval=approval, decided_by=approver(), terms=approval.details)
