"""People and programs that decide at once, by real threads."""

import pytest

from approvals.four_eyes import approve, reject_approval, take_approval
from approvals.models import Approval
from tests.approvals.asking import approver, ask, ask_and_approve
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def names(results):
    return sorted(type(result).__name__ for result in results)


def test_an_approval_is_used_once():
    approval = ask_and_approve()

    def take():
        return take_approval(act=approval.act, subject=approval.subject, terms=approval.details)

    assert names(run_at_once(*[take] * 4)) == ["Approval", *["NotApproved"] * 3]
    assert approval.history.filter(to_status="used").count() == 1


def test_of_two_people_who_decide_one_does():
    approval = ask()
    one, other = approver(), approver()
    results = run_at_once(
        lambda: approve(approval=approval, decided_by=one, terms=approval.details),
        lambda: reject_approval(approval=approval, decided_by=other, reason="No."),
    )
    assert names(results) == ["Approval", "NotOpen"]
    assert approval.history.count() == 1


def test_of_many_requests_about_a_subject_one_is_made():
    person = approver()
    results = run_at_once(*[lambda: ask(subject="refund:1", requested_by=person)] * 4)
    assert names(results) == ["AlreadyRequested"] * 3 + ["Approval"]
    assert Approval.objects.count() == 1
