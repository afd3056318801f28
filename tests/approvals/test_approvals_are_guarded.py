"""What the database refuses of approvals, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.models import Approval, ApprovalChange
from operations.factories import AccountFactory, UserFactory
from tests.approvals.asking import approver, ask, ask_and_approve

pytestmark = pytest.mark.django_db
DECISION = "decided_by_id = %s, decided_at = now()"


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql, *values, match=None):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        run(sql, *values)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_no_statement_lets_the_requester_approve(is_superuser):
    person = UserFactory(superuser=True) if is_superuser else approver()
    approval = ask(requested_by=person)
    sql = f"UPDATE approvals_approval SET status = 'approved', {DECISION} WHERE id = %s"
    refused(sql, person.pk, approval.pk, match="another_person_decides")
    run(sql, approver().pk, approval.pk)


@pytest.mark.parametrize("status", ["approved", "rejected", "used"])
def test_no_decision_is_without_its_person(status):
    refused("UPDATE approvals_approval SET status = %s WHERE id = %s", status, ask().pk)


def test_nobody_but_active_staff_decides():
    sql = f"UPDATE approvals_approval SET status = 'approved', {DECISION} WHERE id = %s"
    approval = ask()
    for person in (AccountFactory().user, UserFactory(superuser=True, is_active=False)):
        refused(sql, person.pk, approval.pk, match="only staff decide")


def test_nothing_begins_as_approved():
    approval = ask()
    columns = "act, subject, terms, fingerprint, reason, requested_by_id, requested_at, public_id"
    copied = columns.replace("subject", "'refund:other'").replace("public_id", "gen_random_uuid()")
    sql = (
        f"INSERT INTO approvals_approval ({columns}, status, decided_by_id, decided_at)"
        f" SELECT {copied}, %s, %s, now() FROM approvals_approval WHERE id = %s"
    )
    refused(sql, "approved", approver().pk, approval.pk, match="begins as a request")


def test_a_fingerprint_is_of_its_terms():
    with pytest.raises(DatabaseError, match="begins as a request"), transaction.atomic():
        Approval(**fields_of(ask(), terms='{"amount_minor":1}')).save()


def fields_of(approval, **changes):
    names = ("act", "subject", "terms", "fingerprint", "reason", "requested_by_id")
    return {name: getattr(approval, name) for name in names} | {"subject": "refund:other"} | changes


@pytest.mark.parametrize(
    "change", ["terms = '{}'", "fingerprint = ''", "subject = 'x'", "reason = 'x'", "requested_by_id = NULL"]
)
def test_what_is_asked_never_changes(change):
    refused(f"UPDATE approvals_approval SET {change} WHERE id = %s", ask().pk)


def test_a_decision_is_made_once():
    approval = ask_and_approve()
    refused("UPDATE approvals_approval SET decided_by_id = %s WHERE id = %s", approver().pk, approval.pk)
    refused("UPDATE approvals_approval SET status = 'requested' WHERE id = %s", approval.pk)
    refused("UPDATE approvals_approval SET status = 'rejected' WHERE id = %s", approval.pk)


def test_nobody_asks_for_nobody():
    approval = ask()
    with pytest.raises(DatabaseError, match="one_requester"), transaction.atomic():
        Approval(**fields_of(approval, requested_by_id=None)).save()
    with pytest.raises(DatabaseError, match="one_requester"), transaction.atomic():
        Approval(**fields_of(approval), requested_by_account=AccountFactory()).save()


def test_what_a_schedule_asks_for_is_a_payout():
    assert ask(act="payout", requested_by_account=None).requested_by_id is None


@pytest.mark.parametrize("model", [Approval, ApprovalChange])
def test_nothing_is_removed(model):
    ask_and_approve()
    table = model._meta.db_table
    refused(f"DELETE FROM {table}")
    run("SET LOCAL billing.allow_truncate = 'off'")
    refused(f"TRUNCATE {table} CASCADE")
