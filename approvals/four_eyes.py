"""Acts that need a second person: ask, decide, and do what was approved once.

Callers lock the rows that the act is about first, and work out its terms under that lock; the approval is
locked after them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from approvals.errors import AlreadyRequested, ApprovedByRequester, MayNotApprove, NotApproved, NotOpen
from approvals.models import Approval, ApprovalAct, ApprovalChange, ApprovalStatus
from approvals.terms import hash_terms, write_terms
from core.errors import InvalidField
from core.texts import check_text
from customers.models import Account

APPROVE_MONEY = "approvals.approve_money"
MAX_REASON = 200
MAX_ACTOR = 120
OPEN = (ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED)
CHANGED = "What would happen has changed since it was asked for."


def request_approval(
    *,
    act: ApprovalAct,
    subject: str,
    terms: Mapping[str, Any],
    requested_by: User | None,
    requested_by_account: Account | None = None,
    reason: str,
) -> Approval:
    """Ask for a second person to let exactly this happen; amounts in `terms` are minor units (cents).

    Either staff ask or an account of a seller; for a payout nobody, if a schedule does. Raises
    AlreadyRequested while an open request is about this subject, InvalidField without a reason.
    """
    text = write_terms(terms)
    new = Approval(
        act=act,
        subject=subject,
        terms=text,
        fingerprint=hash_terms(text),
        reason=check_reason(reason),
        requested_by=requested_by,
        requested_by_account=requested_by_account,
    )
    if Approval.objects.filter(act=act, subject=subject, status__in=OPEN).exists():
        raise AlreadyRequested
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError as error:
        if "one_open_approval_of_a_subject" in str(error):
            raise AlreadyRequested from None
        raise
    return new


@transaction.atomic
def approve(*, approval: Approval, decided_by: User, terms: Mapping[str, Any]) -> Approval:
    """Let it happen, as another person than who asked; `terms` are what would happen now, in minor units.

    If that is not what was asked for, the request is void instead: look at the status of what is returned
    (`take_approval` refuses it in any case). Raises ApprovedByRequester, MayNotApprove, NotOpen.
    """
    approval = _lock_for(approval, decided_by)
    if hash_terms(write_terms(terms)) != approval.fingerprint:
        return _change(approval, approval.void, actor="system:approvals", reason=CHANGED)
    return _change(approval, lambda: approval.approve(decided_by.pk), actor=name_staff(decided_by))


@transaction.atomic
def reject_approval(*, approval: Approval, decided_by: User, reason: str) -> Approval:
    """Refuse a request, as another person than who asked. Raises as `approve`, and InvalidField."""
    approval = _lock_for(approval, decided_by)
    reason = check_reason(reason)
    return _change(
        approval, lambda: approval.reject(decided_by.pk), actor=name_staff(decided_by), reason=reason
    )


@transaction.atomic
def void_approval(*, approval: Approval, actor: str, reason: str) -> Approval:
    """Take a request back, approved or not, or say that it is of no use any more. Raises NotOpen."""
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    return _change(approval, approval.void, actor=actor, reason=reason)


@transaction.atomic
def take_approval(*, act: ApprovalAct, subject: str, terms: Mapping[str, Any]) -> Approval:
    """Use up the approval of exactly this, in the transaction that does it; `terms` are in minor units.

    The caller has locked what it is about. Raises NotApproved.
    """
    found = Approval.objects.select_for_update().filter(
        act=act,
        subject=subject,
        status=ApprovalStatus.APPROVED,
        fingerprint=hash_terms(write_terms(terms)),
    )
    approval = found.first()
    if approval is None:
        raise NotApproved
    return _change(approval, approval.use, actor=f"system:{act}")


def check_reason(reason: str) -> str:
    """Return why somebody wants it, as it is kept. Raises InvalidField for `reason`."""
    reason = check_text("reason", reason, MAX_REASON)
    if not reason:
        raise InvalidField("reason", "must not be empty")
    return reason


def name_staff(user: User) -> str:
    """Return how histories name a person of the staff."""
    return f"staff:{user.get_username()}"[:MAX_ACTOR]


def _lock_for(approval: Approval, decided_by: User) -> Approval:
    """Lock a request that this person wants to decide about."""
    locked = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if locked.requested_by_id == decided_by.pk:
        raise ApprovedByRequester
    if not (decided_by.is_active and decided_by.is_staff and decided_by.has_perm(APPROVE_MONEY)):
        raise MayNotApprove
    return locked


def _change(approval: Approval, move: Callable[[], None], *, actor: str, reason: str = "") -> Approval:
    """Make one transition of an approval that is locked, and record who did it."""
    before = approval.status
    try:
        move()
    except TransitionNotAllowed:
        raise NotOpen(before) from None
    approval.save()
    ApprovalChange.objects.create(
        approval=approval, from_status=before, to_status=approval.status, actor=actor, reason=reason
    )
    return approval
