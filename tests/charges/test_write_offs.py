"""A payment that failed and waits for its next try is written off: alone up to the limit, else by two."""

from collections import Counter
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from approvals.models import Approval
from charges.collection.sweeps import collect_charges
from charges.errors import NothingToWriteOff
from charges.models import Charge
from charges.write_off import approve_write_off, write_off_charge
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory, SubscriptionFactory, UserFactory
from subscriptions.lifecycle.hold_and_retry import retry_now
from tests.approvals.asking import approver
from tests.money import captures, fetch, run_at_once


def retried(price_minor=1900) -> Charge:
    return SubscriptionFactory(retried=True, price_minor=price_minor).charges.get()


def write_off(charge, person=None):
    person = person or UserFactory(staff=True)
    return write_off_charge(charge_id=charge.pk, reason="They went out of business.", requested_by=person)


def status_of(charge):
    found = fetch(charge)
    return found.status, found.failure_code, found.subscription.status


@pytest.mark.django_db
@pytest.mark.usefixtures("sound_books")
def test_it_is_not_asked_for_any_more_and_its_subscription_stops():
    charge = retried()
    write_off(charge)
    assert status_of(charge) == ("failed", "written_off", "frozen")
    change = charge.history.get(to_status="failed")
    assert change.actor.startswith("staff:")
    assert change.reason == "They went out of business."
    assert "business" not in fetch(charge).failure_message
    assert not LedgerTransaction.objects.exists()
    with pytest.raises(NothingToWriteOff):
        write_off(charge)


@pytest.mark.django_db
def test_above_the_limit_another_person_approves_it():
    charge = retried(60_000)
    approval = write_off(charge)
    assert status_of(charge) == ("processed", "insufficient_funds", "processed")
    assert approve_write_off(approval, decided_by=approver()).status == "used"
    assert status_of(charge) == ("failed", "written_off", "frozen")


@pytest.mark.django_db
def test_what_was_tried_meanwhile_voids_the_request():
    charge = retried(60_000)
    approval = write_off(charge)
    Charge.objects.filter(pk=charge.pk).update(collect_at=None)
    assert approve_write_off(approval, decided_by=approver()).status == "void"
    assert fetch(charge).status == "processed"


@pytest.mark.django_db
def test_only_a_payment_that_failed_and_waits_is_written_off():
    for charge in (
        ChargeFactory(),
        ChargeFactory(activated=True),
        ChargeFactory(collected=True),
        ChargeFactory(failed=True),
    ):
        with pytest.raises(NothingToWriteOff):
            write_off(charge)
    assert not Approval.objects.exists()


@pytest.mark.django_db
def test_the_database_lets_one_person_write_off_nothing_large():
    charge = retried(60_000)
    with pytest.raises(DatabaseError, match="nobody has approved"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(failure_code="written_off")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sound_books")
def test_of_a_write_off_and_a_try_at_once_the_money_moves_or_is_written_off():
    charge = retried()
    people = [UserFactory(staff=True) for _ in range(2)]
    retry_now(charge.subscription_id, actor="test", reason="x")
    results = run_at_once(
        *[partial(write_off, charge, person) for person in people], partial(collect_charges, [charge.pk])
    )
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds["Change"] <= 1
    assert not captures()
    assert (status_of(charge)[1] == "written_off") is (kinds["Change"] == 1)
