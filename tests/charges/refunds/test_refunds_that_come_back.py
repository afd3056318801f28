"""A refund that was paid and came back has failed: all it did is undone, once, and it can be made again."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, transaction

from bookkeeping.figures.counting import count_figures
from charges.collection.settle import settle_outcomes
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.hints.act import act_on_event
from charges.hints.store import store_hints
from charges.models import Attempt, AttemptState, Charge, ProcessorEvent
from charges.requests.customer import refund_customer_charge
from core import clock
from core.errors import InvalidField
from events.models import Event
from gateway.hints import DisputeStatus, Hint, Subject
from gateway.movements import Answer, Verdict
from gateway.registry import get_gateway
from invoicing.issue import issue_papers
from invoicing.models import PaperKind, TaxPaper
from ledger.reports import list_earnings
from payouts.available import read_available
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.scripted_gateway import report
from tests.charges.test_own_accounts import own
from tests.charges.test_own_accounts import paid as paid_by_customer
from tests.money import fetch, run_at_once, seller_balance
from tests.verification import sound_books as sound_books

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sound_books"),
    pytest.mark.slow,
]
APPROVED, DECLINED, VOID = Verdict.APPROVED, Verdict.DECLINED, Verdict.VOID


def refunded(charge, cents=None) -> Charge:
    return pay_out(ask(charge, cents))


def say(refund, verdict, *, key=None):
    """The processor is asked about a refund that is settled, and says this."""
    attempt = Attempt.objects.get(charge=refund)
    answer = Answer(
        verdict,
        key or attempt.key,
        attempt.gateway_reference or "re_1",
        attempt.money,
        code="lost_or_stolen_card",
        hard=True,
        message="The bank did not take the refund.",
    )
    settle_outcomes({attempt.pk: answer})


def forget(refund) -> None:
    """The sandbox, too, has the money of a refund again."""
    with get_gateway("sandbox").books._open() as books:
        books.execute("DELETE FROM operation WHERE key = ?", [refund.attempts.get().key])


def come_back(refund) -> Charge:
    say(refund, DECLINED)
    forget(refund)
    return fetch(refund)


def types(refund):
    found = Event.objects.filter(object_id=refund.public_id).order_by("sequence")
    return list(found.values_list("type", flat=True))


def test_all_that_it_did_is_undone_to_the_cent():
    charge = paid(1000, percent=20)
    refund = refunded(charge, 333)
    assert seller_balance(charge) == 534
    with clock.travel_to(clock.now() + timedelta(days=4)):
        returned = come_back(refund)
    assert (returned.status, returned.failure_code) == ("failed", "lost_or_stolen_card")
    assert refund.attempts.get().state == AttemptState.RETURNED
    assert seller_balance(charge) == 800
    assert types(refund) == ["refund.created", "refund.succeeded", "refund.failed"]
    assert [change.to_status for change in refund.history.order_by("pk")] == ["success", "failed"]
    lines = list_earnings(organization_id=charge.payee_id, currency="USD", limit=9)
    assert [(line.kind, line.value_minor, line.name) for line in lines[:2]] == [
        ("collection", 266, f"Refund returned: {charge.name}"),
        ("refund", 266, charge.name),
    ]


def test_it_can_be_made_again_in_any_parts_up_to_the_whole():
    charge = paid(1000, percent=33)
    come_back(refunded(charge))
    first = refunded(charge, 400)
    with pytest.raises(InvalidField, match="600 cents left"):
        ask(charge, 601)
    second = refunded(charge)
    assert first.commission_minor + second.commission_minor == charge.commission_minor
    assert seller_balance(charge) == 0


@pytest.mark.parametrize("order", sorted(set(permutations([APPROVED, DECLINED, DECLINED]))))
def test_answers_in_any_order_lead_to_the_same(order):
    charge = paid(1000)
    refund = refunded(charge)
    for verdict in order:
        say(refund, verdict)
    assert fetch(refund).status == "failed"
    assert seller_balance(charge) == 800


@pytest.mark.parametrize("verdict", [VOID, DECLINED])
def test_cancelled_after_it_was_paid_is_the_same_as_failed(verdict):
    refund = refunded(paid())
    say(refund, verdict)
    assert fetch(refund).status == "failed"


def test_an_answer_about_another_key_or_about_a_payment_changes_nothing():
    charge = paid()
    refund = refunded(charge, 100)
    say(refund, DECLINED, key="other-1")
    say(charge, DECLINED)
    say(charge, VOID)
    say(refund, Verdict.NOT_FOUND)
    say(refund, Verdict.PENDING)
    assert (fetch(refund).status, fetch(charge).status) == ("success", "success")


def test_many_who_hear_of_it_at_once_undo_it_once():
    charge = paid(1000)
    refund = refunded(charge)
    results = run_at_once(*[lambda: say(refund, DECLINED)] * 4, lambda: say(refund, APPROVED))
    assert results == [None] * 5
    assert seller_balance(charge) == 800
    assert types(refund).count("refund.failed") == 1
    forget(refund)
    run_at_once(*[lambda: refunded(charge)] * 3)
    assert seller_balance(charge) == 0


def test_a_hint_of_the_processor_is_enough(processor):
    charge = paid(1000)
    refund = refunded(charge)
    store_hints(
        gateway="sandbox",
        hints=[Hint("evt_1", Subject.MOVEMENT, refund.attempts.get().gateway_reference)],
    )
    processor.says = DECLINED
    act_on_event(ProcessorEvent.objects.get().pk)
    assert fetch(refund).status == "failed"
    assert seller_balance(charge) == 800


def test_the_database_lets_no_payment_come_back():
    charge = paid()
    with pytest.raises(DatabaseError), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(status="failed")


def test_what_a_seller_can_be_paid_and_the_figures_follow():
    charge = paid(1000, percent=0)
    refund = refunded(charge, 400)
    before = read_available(organization_id=charge.payee_id, currency="USD")
    come_back(refund)
    after = read_available(organization_id=charge.payee_id, currency="USD")
    assert (before.owed_minor, before.held_minor) == (600, 600)
    assert (after.owed_minor, after.held_minor, after.leaving_minor) == (1000, 1000, 0)
    with clock.travel_to(clock.now() + timedelta(days=30)):
        assert read_available(organization_id=charge.payee_id, currency="USD").available_minor == 1000
    count_figures()


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=2)])
def test_the_customer_of_a_merchant_has_the_payment_again(later):
    """A whole refund on the day of the payment is a void, a later one a refund."""
    charge = paid_by_customer(own(), entered_as="payment")
    with clock.travel_to(clock.now() + later):
        refund = refund_customer_charge(charge.pk)
        collect_charge(refund.pk)
        come_back(refund)
    entered = list(charge.customer.transactions.order_by("pk").values_list("type", flat=True))
    assert entered == ["payment", "refund" if later else "void", "refund_reversal"]
    payment = charge.customer.transactions.get(type="payment")
    assert payment.balance_minor == 1999


def test_its_credit_note_stays_and_is_the_one_of_the_next_refund():
    charge = paid(1000)
    issue_papers()
    refunds = [refunded(charge, 300), refunded(charge, 300)]
    issue_papers()
    come_back(refunds[0])
    issue_papers()
    refunded(charge, 300)
    issue_papers()
    notes = TaxPaper.objects.filter(kind=PaperKind.CREDIT_NOTE).order_by("number")
    assert list(notes.values_list("refund", "total_minor")) == [(refund.pk, 300) for refund in refunds]
    refunded(charge, 300)
    assert issue_papers() == 1
    refunded(charge)
    assert issue_papers() == 1
    assert sum(notes.values_list("total_minor", flat=True)) == 1000


def test_a_dispute_that_is_lost_takes_it_over_as_well():
    charge, other = paid(1000), paid(1000)
    issue_papers()
    for sold in (charge, other):
        whole = refunded(sold)
        issue_papers()
        come_back(whole)
    for sold, amount in ((charge, 1000), (other, 400)):
        said = report(sold, status=DisputeStatus.LOST, amount=amount, reference=f"dp_{sold.pk}")
        record_dispute(Asked("sandbox", said, clock.now()))
    assert issue_papers() == 0


def test_what_finds_no_room_for_a_credit_note_holds_nothing_up():
    charge, other = paid(1000), paid(500)
    issue_papers()
    whole = refunded(charge)
    issue_papers()
    come_back(whole)
    refunded(charge, 400)
    refunded(other)
    assert issue_papers() == 1
