"""Money acts wait for a second person, who approves exactly what was asked for."""

import pytest

from approvals.errors import AlreadyRequested, ApprovedByRequester, MayNotApprove, NotApproved, NotOpen
from approvals.four_eyes import approve, reject_approval, take_approval, void_approval
from approvals.models import ApprovalStatus
from core.errors import InvalidField
from operations.factories import AccountFactory, UserFactory
from tests.approvals.asking import TERMS, approver, ask, ask_and_approve

pytestmark = pytest.mark.django_db


def take(approval, **changes):
    fields = {"act": approval.act, "subject": approval.subject, "terms": approval.details}
    return take_approval(**fields | changes)


def steps(approval):
    return [(step.to_status, step.actor) for step in approval.history.all()]


def test_a_second_person_approves_and_it_is_done_once():
    approval = ask()
    other = approver(username="berta")
    assert approve(approval=approval, decided_by=other, terms=TERMS).status == ApprovalStatus.APPROVED
    assert take(approval).status == ApprovalStatus.USED
    assert steps(approval) == [("approved", "staff:berta"), ("used", "system:refund")]
    with pytest.raises(NotApproved):
        take(approval)


def test_nothing_is_done_before_somebody_approved():
    with pytest.raises(NotApproved):
        take(ask())


@pytest.mark.parametrize(
    "changes", [{"terms": TERMS | {"amount_minor": 501}}, {"subject": "refund:other"}, {"act": "payout"}]
)
def test_nothing_but_what_was_approved_is_done(changes):
    with pytest.raises(NotApproved):
        take(ask_and_approve(), **changes)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_asked_cannot_decide(is_superuser):
    person = UserFactory(superuser=True) if is_superuser else approver()
    approval = ask(requested_by=person)
    with pytest.raises(ApprovedByRequester):
        approve(approval=approval, decided_by=person, terms=TERMS)
    with pytest.raises(ApprovedByRequester):
        reject_approval(approval=approval, decided_by=person, reason="Changed my mind.")
    with pytest.raises(NotApproved):
        take(approval)


def test_what_a_seller_asks_for_is_decided_by_staff():
    account = AccountFactory()
    approval = ask(requested_by_account=account)
    with pytest.raises(MayNotApprove):
        approve(approval=approval, decided_by=account.user, terms=TERMS)
    assert approve(approval=approval, decided_by=approver(), terms=TERMS).status == ApprovalStatus.APPROVED


@pytest.mark.parametrize("fields", [{"staff": True}, {"superuser": True, "is_active": False}, {}])
def test_only_staff_with_the_permission_decide(fields):
    with pytest.raises(MayNotApprove):
        approve(approval=ask(), decided_by=UserFactory(**fields), terms=TERMS)


def test_what_has_changed_since_it_was_asked_for_is_void():
    approval = ask()
    voided = approve(approval=approval, decided_by=approver(), terms=TERMS | {"amount_minor": 499})
    assert voided.status == ApprovalStatus.VOID
    assert voided.decided_by is None
    assert approval.history.get().reason == "What would happen has changed since it was asked for."
    with pytest.raises(NotOpen):
        approve(approval=approval, decided_by=approver(), terms=TERMS)
    with pytest.raises(NotApproved):
        take(approval)


def test_what_is_rejected_is_not_done():
    approval = reject_approval(approval=ask(), decided_by=approver(username="berta"), reason="No.")
    assert (approval.status, approval.decided_by.username) == (ApprovalStatus.REJECTED, "berta")
    assert approval.history.get().reason == "No."
    with pytest.raises(NotOpen, match="rejected"):
        approve(approval=approval, decided_by=approver(), terms=TERMS)


def test_an_approval_that_is_taken_back_is_not_used():
    approval = void_approval(approval=ask_and_approve(), actor="staff:anna", reason="Not wanted any more.")
    with pytest.raises(NotApproved):
        take(approval)
    with pytest.raises(NotOpen):
        void_approval(approval=approval, actor="staff:anna", reason="Again.")


def test_one_request_at_a_time_is_about_a_subject():
    first = ask(subject="refund:1")
    with pytest.raises(AlreadyRequested):
        ask(subject="refund:1")
    assert ask(subject="refund:1", act="correction") != first
    void_approval(approval=first, actor="staff:anna", reason="Wrong.")
    assert ask(subject="refund:1").status == ApprovalStatus.REQUESTED


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_request_has_a_reason(reason):
    with pytest.raises(InvalidField, match=r"must") as refusal:
        ask(reason=reason)
    assert refusal.value.field == "reason"
