"""What exactly a second person approves of a payout."""

from typing import Any

from django.contrib.auth.models import User

from approvals.four_eyes import request_approval
from approvals.models import Approval, ApprovalAct
from customers.models import Account
from payouts.models import Payout


def describe_terms(payout: Payout) -> dict[str, Any]:
    """Return the terms of a payout as they are now; the amount is in minor units (cents)."""
    account = payout.account
    return {
        "payout": str(payout.public_id),
        "seller": str(payout.organization.public_id),
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "method": str(payout.method),
        "account": str(account.public_id),
        "destination": account.fingerprint,
        "holder": account.holder,
        "shown_account": account.masked,
    }


def ask_for_approval(payout: Payout, *, user: User | None, account: Account | None, reason: str) -> Approval:
    """Have a second person look at a payout as it is now. Raises AlreadyRequested, InvalidField."""
    return request_approval(
        act=ApprovalAct.PAYOUT,
        subject=payout.natural_key,
        terms=describe_terms(payout),
        requested_by=user,
        requested_by_account=account,
        reason=reason,
    )
