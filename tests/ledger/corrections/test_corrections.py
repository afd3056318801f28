"""Corrections: balanced lines that two people agree to book, shown by a paper; nothing is ever edited."""

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.errors import ApprovedByRequester, NotOpen
from approvals.four_eyes import approve, reject_approval
from approvals.models import Approval
from core import clock
from core.errors import InvalidField
from ledger.corrections.attachments import MAX_ATTACHMENT, Attachment
from ledger.corrections.lines import CorrectionLine
from ledger.corrections.request import approve_correction, request_correction
from ledger.models import AccountKind, Correction, LedgerTransaction
from ledger.postings import CLEARING, REVENUE, AccountRef
from ledger.reports import list_earnings
from operations.factories import OrganizationFactory, UserFactory
from tests.approvals.asking import approver
from tests.money import run_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
PDF = Attachment("letter.pdf", b"%PDF-1.7 made up")


def ask(*lines, **changes) -> Correction:
    if not lines:
        lines = (CorrectionLine(CLEARING, "debit", 500), CorrectionLine(REVENUE, "credit", 500))
    fields = {"currency": "USD", "livemode": True, "reason": "Missing transfer.", "attachment": PDF}
    person = changes.pop("requested_by", None) or UserFactory(staff=True)
    return request_correction(lines=lines, requested_by=person, **fields | changes)


def owed(seller):
    return AccountRef(AccountKind.SELLER_PAYABLE, seller.pk)


def booked():
    return LedgerTransaction.objects.filter(kind="correction")


def test_nothing_is_booked_before_another_person_approved():
    correction = ask()
    assert not booked().exists()
    assert approve_correction(correction.approval, decided_by=approver()).status == "used"
    transaction = booked().get()
    assert transaction.reference == correction.reference
    assert transaction.description == "Correction: Missing transfer."
    entries = transaction.entries.values_list("account__kind", "amount_minor")
    assert dict(entries) == {"buyer_clearing": 500, "commission_revenue": -500}


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_asked_cannot_approve_and_nothing_is_booked(is_superuser):
    person = UserFactory(superuser=True) if is_superuser else approver()
    correction = ask(requested_by=person)
    with pytest.raises(ApprovedByRequester):
        approve_correction(correction.approval, decided_by=person)
    assert not booked().exists()


def test_what_was_rejected_is_not_booked():
    correction = ask()
    reject_approval(approval=correction.approval, decided_by=approver(), reason="No.")
    with pytest.raises(NotOpen):
        approve_correction(correction.approval, decided_by=approver())
    assert not booked().exists()


@pytest.mark.parametrize(
    "lines",
    [
        [(CLEARING, "debit", 500)],
        [(CLEARING, "debit", 500), (REVENUE, "credit", 499)],
        [(CLEARING, "debit", 500), (REVENUE, "debit", 500)],
        [(CLEARING, "debit", 0), (REVENUE, "credit", 0)],
        [(CLEARING, "debit", -5), (REVENUE, "credit", -5)],
        [(CLEARING, "debit", 10**12), (REVENUE, "credit", 10**12)],
        [(CLEARING, "debit", 5), (CLEARING, "credit", 5)],
    ],
)
def test_lines_balance_each_on_an_account_of_its_own(lines):
    with pytest.raises(InvalidField) as refusal:
        ask(*(CorrectionLine(*line) for line in lines))
    assert refusal.value.field == "lines"
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"currency": "XXX"}, "currency"),
        ({"attachment": Attachment("a.pdf", b"")}, "attachment"),
        ({"attachment": Attachment("a.pdf", b"MZ\x90\x00")}, "attachment"),
        ({"attachment": Attachment("a.pdf", b"%PDF-" + b"x" * MAX_ATTACHMENT)}, "attachment"),
    ],
)
def test_a_wrong_field_is_named(changes, field):
    with pytest.raises(InvalidField) as refusal:
        ask(**changes)
    assert refusal.value.field == field


def test_a_seller_reads_a_correction_as_what_it_means_for_its_balance():
    seller = OrganizationFactory()
    for side, other in (("credit", "debit"), ("debit", "credit")):
        lines = CorrectionLine(owed(seller), side, 700), CorrectionLine(REVENUE, other, 700)
        approve_correction(ask(*lines).approval, decided_by=approver())
    shown = list_earnings(organization_id=seller.pk, currency="USD", limit=5)
    assert [(line.kind, line.value_minor) for line in shown] == [("refund", 700), ("collection", 700)]
    assert {line.name for line in shown} == {"Correction: Missing transfer."}


def test_books_of_tests_are_corrected_apart():
    approve_correction(ask(livemode=False).approval, decided_by=approver())
    assert not booked().get().livemode


@pytest.mark.parametrize("stage", ["requested", "approved", "rejected"])
def test_no_statement_books_a_correction_without_its_approval(stage):
    correction = ask()
    if stage == "approved":
        approve(approval=correction.approval, decided_by=approver(), terms=correction.approval.details)
    if stage == "rejected":
        reject_approval(approval=correction.approval, decided_by=approver(), reason="No.")
    for reference in (correction.reference, "correction:other"):
        with pytest.raises(DatabaseError, match="nobody has approved"), transaction.atomic():
            insert(reference)


def test_an_approval_books_nothing_in_another_currency_or_twice():
    correction = ask()
    approve_correction(correction.approval, decided_by=approver())
    with pytest.raises(DatabaseError, match="one_transaction_per_source"), transaction.atomic():
        insert(correction.reference)
    with pytest.raises(DatabaseError, match="nobody has approved"), transaction.atomic():
        insert(correction.reference, currency="EUR")


def insert(reference, currency="USD"):
    columns = "public_id, kind, reference, description, currency, livemode, created_at"
    values = "gen_random_uuid(), 'correction', %s, '', %s, true, %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_ledgertransaction ({columns}) VALUES ({values})",
            [reference, currency, clock.now()],
        )


def test_a_paper_is_never_exchanged_or_removed():
    ask()
    for change in (
        lambda: Correction.objects.update(attachment=b"other"),
        lambda: Correction.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_many_people_who_approve_at_once_one_books_it():
    correction, people = ask(), [approver() for _ in range(4)]
    works = [
        lambda person=person: approve_correction(correction.approval, decided_by=person) for person in people
    ]
    results = [type(result).__name__ for result in run_at_once(*works)]
    assert sorted(results) == ["Approval", "NotOpen", "NotOpen", "NotOpen"]
    assert booked().count() == 1
