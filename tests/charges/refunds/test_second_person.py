"""Above the limit no money goes back before another person has approved it."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.errors import AlreadyRequested, ApprovedByRequester, NotOpen
from approvals.four_eyes import approve, reject_approval, take_approval
from approvals.models import Approval
from charges.collection.sweeps import collect_due_charges
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge, RefundRequest
from charges.refunds.decide import approve_refund
from charges.refunds.make import refund_charge
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import AccountFactory, UserFactory
from tests.approvals.asking import approver
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.scripted_gateway import report
from tests.money import seller_balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
LIMIT = 50_000


def refunds():
    return Charge.objects.filter(kind="refund")


@contextmanager
def refused(match="nobody has approved"):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield


def test_a_large_refund_waits_and_is_made_when_it_is_approved():
    charge = paid(60_000, percent=10)
    request = ask(charge, 50_001)
    assert not refunds().exists()
    decided = approve_refund(request.approval, decided_by=approver())
    assert decided.status == "used"
    refund = pay_out(request)
    assert (refund.total_minor, refund.commission_minor, refund.status) == (50_001, 5000, "success")
    assert seller_balance(charge) == 54_000 - 45_001


def test_up_to_the_limit_one_person_is_enough():
    assert ask(paid(60_000), LIMIT).approval is None
    assert refunds().count() == 1


def test_a_large_refund_in_small_parts_is_a_large_refund():
    charge = paid(60_000)
    assert [ask(charge, 25_000).approval for _ in range(2)] == [None, None]
    assert ask(charge, 1).approval is not None
    assert refunds().count() == 2


def test_a_refund_that_failed_does_not_count():
    charge = paid(60_000, card="tok_test_refund_refused")
    pay_out(ask(charge, LIMIT))
    assert ask(charge, LIMIT).approval is None


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_asked_cannot_approve_and_no_money_moves(is_superuser):
    person = UserFactory(superuser=True) if is_superuser else approver()
    request = ask(paid(60_000), requested_by=person)
    with pytest.raises(ApprovedByRequester):
        approve_refund(request.approval, decided_by=person)
    assert not refunds().exists()


@pytest.mark.slow
def test_a_seller_asks_and_staff_approve():
    account = AccountFactory()
    request = ask(paid(60_000), requested_by_account=account, actor="app")
    assert request.approval.requested_by_account == account
    approve_refund(request.approval, decided_by=approver())
    assert pay_out(request).status == "success"


def test_what_was_rejected_is_not_made_and_may_be_asked_for_again():
    charge = paid(60_000)
    request = ask(charge)
    reject_approval(approval=request.approval, decided_by=approver(), reason="Ask the buyer first.")
    with pytest.raises(NotOpen):
        approve_refund(request.approval, decided_by=approver())
    assert not refunds().exists()
    assert ask(charge).approval.status == "requested"


def test_one_request_of_a_charge_waits_at_a_time():
    charge = paid(60_000)
    ask(charge)
    with pytest.raises(AlreadyRequested):
        ask(charge, 55_000)
    assert RefundRequest.objects.count() == 1


def refund_a_part(charge):
    ask(charge, 1)


def dispute(charge):
    said = report(charge, status=DisputeStatus.OPENED, amount=100, fee=0)
    record_dispute(Asked("sandbox", said, clock.now()))


@pytest.mark.parametrize("change", [refund_a_part, dispute])
def test_what_has_changed_since_it_was_asked_for_voids_it(change):
    charge = paid(60_000)
    request = ask(charge, 55_000)
    change(charge)
    before = refunds().count()
    assert approve_refund(request.approval, decided_by=approver()).status == "void"
    assert refunds().count() == before
    assert not refunds().filter(public_id=request.public_id).exists()


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["requested", "rejected", "approved"])
def test_no_statement_makes_a_large_refund_without_its_approval(stage):
    charge = paid(60_000)
    request = ask(charge)
    if stage == "approved":
        approve(approval=request.approval, decided_by=approver(), terms=request.approval.details)
    if stage == "rejected":
        reject_approval(approval=request.approval, decided_by=approver(), reason="No.")
    for public_id in (request.public_id, None):
        with refused():
            refund_charge(charge, amount_minor=60_000, due_at=None, public_id=public_id)


def test_no_statement_makes_a_large_refund_out_of_a_small_one():
    request = ask(paid(60_000), 100)
    with refused():
        copy_refund(request, amount_minor=LIMIT - 99)
    copy_refund(request, amount_minor=LIMIT - 100)
    assert refunds().count() == 2


def copy_refund(request, *, amount_minor):
    """Make another refund of the same charge by SQL."""
    names = [field.column for field in Charge._meta.concrete_fields if not field.primary_key]
    changed = {
        "public_id": "gen_random_uuid()",
        "total_minor": amount_minor,
        "price_minor": amount_minor,
        "event_count": 0,
    }
    values = ", ".join(str(changed.get(name, name)) for name in names)
    copied = f"SELECT {values} FROM charges_charge WHERE public_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO charges_charge ({', '.join(names)}) {copied}", [request.public_id])


@pytest.mark.slow
def test_nothing_but_what_was_approved_is_let_in():
    charge, other = paid(60_000), paid(60_000)
    request = ask(charge, 55_000)
    approve(approval=request.approval, decided_by=approver(), terms=request.approval.details)
    with transaction.atomic():
        take_approval(act="refund", subject=request.subject, terms=request.approval.details)
        with refused():
            refund_charge(charge, amount_minor=55_001, due_at=None, public_id=request.public_id)
        with refused():
            refund_charge(charge, amount_minor=55_000, due_at=None)
        with refused():
            refund_charge(other, amount_minor=55_000, due_at=None, public_id=request.public_id)
        refund_charge(charge, amount_minor=55_000, due_at=None, public_id=request.public_id)


def test_in_a_session_that_names_no_limit_each_refund_waits():
    charge = paid(1000)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL billing.refund_approval_limit = ''")
        with refused():
            refund_charge(charge, amount_minor=1, due_at=None)


@pytest.mark.slow
def test_a_currency_without_a_limit_needs_two_people(settings):
    settings.DEFAULT_CURRENCY = "JPY"
    charge = paid(1000)
    assert charge.currency == "JPY"
    request = ask(charge, 1)
    assert not refunds().exists()
    approve_refund(request.approval, decided_by=approver())
    assert pay_out(request).status == "success"


@pytest.mark.parametrize("change", [{"free_minor": 50_000}, {"amount_minor": 0, "free_minor": None}])
def test_the_database_keeps_no_large_request_without_an_approval(change):
    fields = {"charge": paid(60_000), "amount_minor": 50_001, "reason": "x", "actor": "x"} | change
    with refused(match="violates check constraint"):
        RefundRequest.objects.create(**fields)


def test_a_request_is_never_changed_or_removed():
    request = ask(paid(1000))
    with refused(match="Cannot update"):
        RefundRequest.objects.filter(pk=request.pk).update(reason="Other.")
    with refused(match="Cannot"):
        RefundRequest.objects.filter(pk=request.pk).delete()


def test_a_process_that_dies_in_between_leaves_the_request_as_it_was(monkeypatch):
    request, other = ask(paid(60_000)), approver()

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("charges.refunds.ask.refund_charge", die)
        with pytest.raises(KeyboardInterrupt):
            approve_refund(request.approval, decided_by=other)
    assert Approval.objects.get().status == "requested"
    assert not refunds().exists()
    assert approve_refund(request.approval, decided_by=other).status == "used"


@pytest.mark.django_db(transaction=True)
def test_a_refund_whose_hint_was_lost_is_paid_by_the_sweep():
    request = ask(paid(60_000))
    approve_refund(request.approval, decided_by=approver())
    collect_due_charges()
    assert refunds().get().status == "success"
