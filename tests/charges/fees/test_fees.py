"""What a processor keeps is recorded with the capture, or learned later, and booked in its own currency."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from charges.collection.single import collect_charge
from charges.fees.sweep import ASKED_FOR, learn_due_fees
from charges.hints.store import store_hints
from charges.hints.sweep import act_on_waiting_events
from charges.models import AttemptFee
from core import clock
from core.money import Money
from gateway.hints import Hint, Subject
from gateway.registry import get_gateway
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory
from tests.money import run_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sound_books", "processor"),
]


def learn(after=timedelta(minutes=10)):
    with clock.travel_to(clock.now() + after):
        return learn_due_fees()


def find_entries():
    """Cents on each kind of account, by the booked fee."""
    return {
        transaction.reference: {entry.account.kind: entry.amount_minor for entry in transaction.entries.all()}
        for transaction in LedgerTransaction.objects.filter(kind="fee")
    }


def test_a_fee_in_the_answer_is_booked_with_the_capture(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee", Money(59, "USD"))
    charge = ChargeFactory(collected=True)
    fee = AttemptFee.objects.get()
    assert (fee.attempt, fee.fee_minor, fee.currency) == (charge.attempts.get(), 59, "USD")
    assert fee.available_on > clock.now()
    reference = f"attempt:{charge.public_id}:1"
    assert find_entries() == {reference: {"processor_fees": 59, "buyer_clearing": -59}}


def test_the_sandbox_takes_a_fee_when_it_is_told_to(settings):
    settings.GATEWAYS = {"sandbox": "gateway.sandbox.SandboxGateway"}
    settings.SANDBOX_FEE_BASIS_POINTS = 290
    get_gateway.cache_clear()
    ChargeFactory(collected=True, price_minor=5000)
    assert AttemptFee.objects.get().fee_minor == 290


def test_a_fee_in_another_currency_is_booked_in_that_currency(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee", Money(55, "EUR"))
    ChargeFactory(collected=True)
    assert LedgerTransaction.objects.get(kind="fee").currency == "EUR"


def test_no_fee_is_a_row_without_a_transaction(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee", Money(0, "USD"))
    ChargeFactory(collected=True)
    assert AttemptFee.objects.get().fee_minor == 0
    assert find_entries() == {}


def test_where_no_fee_is_told_nothing_is_written():
    charge = ChargeFactory(activated=True)
    with CaptureQueriesContext(transaction.get_connection()) as queries:
        collect_charge(charge.pk)
    assert not [query["sql"] for query in queries if "attemptfee" in query["sql"]]
    assert AttemptFee.objects.count() == 0


def test_a_fee_that_follows_is_learned_by_asking(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee_follows", True)
    ChargeFactory(collected=True)
    assert AttemptFee.objects.get().fee_minor is None
    assert learn(timedelta()) == 0
    assert learn() == 1  # Still not known.
    monkeypatch.setattr(processor, "fee", Money(59, "USD"))
    assert learn(timedelta(minutes=30)) == 1
    assert AttemptFee.objects.get().fee_minor == 59
    assert len(find_entries()) == 1
    assert learn(timedelta(days=1)) == 0


def test_a_processor_that_is_down_is_asked_again(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee_follows", True)
    ChargeFactory(collected=True)
    monkeypatch.setattr(processor, "is_down", True)
    assert learn() == 1
    assert AttemptFee.objects.get().check_at is not None


def test_after_two_weeks_nobody_asks_any_more(processor, monkeypatch, caplog):
    monkeypatch.setattr(processor, "fee_follows", True)
    ChargeFactory(collected=True)
    assert learn(ASKED_FOR + timedelta(hours=1)) == 1
    fee = AttemptFee.objects.get()
    assert (fee.fee_minor, fee.check_at) == (None, None)
    assert "fee asked for the last time" in caplog.text


def test_sweeps_at_once_book_a_fee_once(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee_follows", True)
    for _ in range(3):
        ChargeFactory(collected=True)
    monkeypatch.setattr(processor, "fee", Money(59, "USD"))
    AttemptFee.objects.update(check_at=clock.now())
    run_at_once(*[learn_due_fees] * 4)
    assert len(find_entries()) == 3
    assert len(processor.asked) == 3


@pytest.mark.parametrize("follows", [True, False])
def test_an_event_of_the_processor_brings_the_fee(processor, monkeypatch, follows):
    monkeypatch.setattr(processor, "fee_follows", follows)
    charge = ChargeFactory(collected=True)
    monkeypatch.setattr(processor, "fee", Money(59, "USD"))
    for event in ("evt_1", "evt_2"):
        hint = Hint(event, Subject.MOVEMENT, charge.attempts.get().gateway_reference)
        store_hints(gateway="sandbox", hints=[hint])
        act_on_waiting_events()
    assert AttemptFee.objects.get().fee_minor == 59
    assert len(find_entries()) == 1


def test_a_known_fee_never_changes(processor, monkeypatch):
    monkeypatch.setattr(processor, "fee", Money(59, "USD"))
    ChargeFactory(collected=True)
    with pytest.raises(DatabaseError, match="Cannot update"):
        AttemptFee.objects.update(fee_minor=60)
    with pytest.raises(DatabaseError, match="Cannot delete"):
        AttemptFee.objects.all().delete()
