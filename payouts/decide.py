"""Letting a payout happen, or not: a second person approves; until it is sent it can be stopped."""

from django.contrib.auth.models import User
from django.db import transaction

from approvals.errors import ApprovedByRequester
from approvals.four_eyes import approve, name_staff, reject_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from payouts.accounts import lock_seller
from payouts.directing import has_directed, note_method
from payouts.errors import WrongPayoutState
from payouts.history import change_status, lock_payout
from payouts.methods import check_method
from payouts.models import UNSENT, Payout, PayoutMethod, PayoutStatus
from payouts.redirect import OPEN, redirect, withdraw_request
from payouts.release import release_sum
from payouts.terms import ask_for_approval, describe_terms


@transaction.atomic
def approve_payout(payout_id: int, *, user: User, reason: str = "") -> Payout:
    """Let a payout be sent, exactly as it is now, as another person than who asked for it or directed it.

    If that is not what was asked for, the request is void, and approval is asked for anew: the payout that is
    returned then still waits. Raises PayoutNotFound, WrongPayoutState, ApprovedByRequester, MayNotApprove.
    """
    payout = lock_payout(payout_id)
    if payout.status != PayoutStatus.REQUESTED:
        raise WrongPayoutState(payout.status)
    _require_other_hands(payout, user)
    asked = approve(approval=find_request(payout), decided_by=user, terms=describe_terms(payout))
    if asked.status != ApprovalStatus.APPROVED:
        ask_for_approval(
            payout, user=asked.requested_by, account=asked.requested_by_account, reason=asked.reason
        )
        return payout
    change_status(payout, payout.approve, actor=name_staff(user), reason=reason)
    return payout


@transaction.atomic
def reject_payout(payout_id: int, *, user: User, reason: str) -> Payout:
    """Refuse a payout that was not sent yet; the seller is owed its sum again.

    Raises PayoutNotFound, WrongPayoutState, and while it waits for approval what `approve_payout` raises.
    """
    payout = lock_payout(payout_id)
    _require_unsent(payout)
    if payout.status == PayoutStatus.REQUESTED:
        reject_approval(approval=find_request(payout), decided_by=user, reason=reason)
    else:
        withdraw_request(payout, actor=name_staff(user), reason=reason)
    change_status(payout, payout.reject, actor=name_staff(user), reason=reason)
    release_sum(payout)
    return payout


@transaction.atomic
def cancel_payout(payout_id: int, *, actor: str, reason: str = "") -> Payout:
    """Take a payout back before it is sent; the seller is owed its sum again. Twice changes nothing.

    Raises PayoutNotFound, WrongPayoutState.
    """
    payout = lock_payout(payout_id)
    if payout.status == PayoutStatus.CANCELLED:
        return payout
    _require_unsent(payout)
    withdraw_request(payout, actor=actor, reason=reason)
    change_status(payout, payout.cancel, actor=actor, reason=reason)
    release_sum(payout)
    return payout


@transaction.atomic
def change_method(payout_id: int, *, method: PayoutMethod, user: User, reason: str) -> Payout:
    """Have a payout that was not sent yet made in another way; it must be approved anew.

    Raises PayoutNotFound, WrongPayoutState, MethodNotPossible.
    """
    lock_seller(Payout.objects.values_list("organization_id", flat=True).get(pk=payout_id))
    payout = lock_payout(payout_id)
    _require_unsent(payout)
    check_method(payout.account, method)
    if payout.method != method:
        redirect(payout, payout.account, method, actor=name_staff(user), reason=reason)
        note_method(payout, user)
    return payout


def find_request(payout: Payout) -> Approval:
    """Return the open request for approval of a payout that was not sent yet."""
    return Approval.objects.get(act=ApprovalAct.PAYOUT, subject=payout.natural_key, status__in=OPEN)


def _require_other_hands(payout: Payout, user: User) -> None:
    """Raise ApprovedByRequester for who said where it goes, how or when, or set a log-in of the seller."""
    if has_directed(user, payout):
        raise ApprovedByRequester


def _require_unsent(payout: Payout) -> None:
    if payout.status not in UNSENT:
        raise WrongPayoutState(payout.status)
