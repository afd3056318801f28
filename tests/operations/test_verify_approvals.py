"""Each invariant of what needs a second person is broken on purpose, and exactly it is reported."""

import pytest
from django.contrib.auth.models import User

from approvals.models import Approval
from charges.refunds.decide import approve_refund
from ledger.corrections.attachments import Attachment
from ledger.corrections.lines import CorrectionLine
from ledger.corrections.request import approve_correction, request_correction
from ledger.models import AccountKind, LedgerAccount
from ledger.postings import CLEARING, REVENUE
from operations.factories import AccountFactory, PayoutFactory, UserFactory
from payouts.decide import approve_payout
from payouts.directing import note_log_in
from tests.approvals.asking import approver
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.module_rows import rows_of_module
from tests.operations.approval_breakages import APPROVALS
from tests.operations.breakages import break_data, find_broken

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def story(request):
    """What approval_breakages breaks."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    refund, waits = ask(paid(60_000)), ask(paid(70_000))
    approve_refund(refund.approval, decided_by=approver())
    pay_out(refund)
    correction = request_correction(
        lines=[CorrectionLine(CLEARING, "debit", 5), CorrectionLine(REVENUE, "credit", 5)],
        currency="USD",
        livemode=True,
        reason="Missing transfer.",
        attachment=Attachment("letter.pdf", b"%PDF-1.7"),
        requested_by=UserFactory(staff=True),
    )
    approve_correction(correction.approval, decided_by=approver())
    LedgerAccount.objects.create(kind=AccountKind.DISPUTED, currency="USD", livemode=True)
    ids = {"refund": refund.approval_id, "waits": waits.approval_id}
    return ids | {"correction": correction.approval_id}


def test_sound_approvals_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", APPROVALS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = APPROVALS[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected


def test_who_left_the_staff_may_have_an_account_of_a_seller(story):
    decided_by = Approval.objects.get(pk=story["refund"]).decided_by
    User.objects.filter(pk=decided_by.pk).update(is_staff=False)
    AccountFactory(user=decided_by)
    assert find_broken() == set()


def test_who_set_a_log_in_may_have_approved_before_its_person_joined_the_seller():
    boss, dana = UserFactory(staff=True, superuser=True), UserFactory()
    note_log_in(dana, boss)
    payout = approve_payout(PayoutFactory().pk, user=boss)
    AccountFactory(organization=payout.organization, user=dana)
    assert (payout.status, "I-22f" in find_broken()) == ("approved", False)
