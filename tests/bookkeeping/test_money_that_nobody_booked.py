"""What a processor took and the books cannot hold is a difference of its month, until somebody settles it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bookkeeping.checks import list_quick_checks
from bookkeeping.closing import prepare_months
from bookkeeping.models import Difference
from bookkeeping.reconciliation.comparing import settle_difference
from charges.collection.settle import settle_outcomes
from charges.disputes.ask import ask_for_disputes
from charges.disputes.errors import DisputeContradicted
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge, Dispute, UnbookedDispute
from core import clock
from core.money import Money
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Verdict
from tests.bookkeeping.listing import IN_NOVEMBER, give_back, line, look, say
from tests.bookkeeping.listing import processor as processor
from tests.bookkeeping.months import AFTERWARDS, close, prepare, sell
from tests.charges.scripted_gateway import report
from tests.money import run_at_once
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def is_green(month):
    return all(check.is_green for check in list_quick_checks(month) if check.name == "differences")


def tell(charge, status, minute):
    with clock.travel_to(IN_NOVEMBER + timedelta(minutes=minute)):
        record_dispute(Asked("sandbox", report(charge, status=DisputeStatus(status)), clock.now()))


@pytest.mark.slow
def test_a_dispute_of_what_was_refunded_holds_up_the_close_until_somebody_says_what_it_is():
    charge = sell()
    give_back(charge, 50)
    for _ in range(2):
        with pytest.raises(IntegrityError, match="stay within the charge"):
            say(charge)
    month = prepare()
    assert look() == [("dispute", "dp_1", -200, None)]
    assert not is_green(month)
    found = Difference.objects.get()
    assert (found.attempt, found.month) == (charge.attempts.get(), month)
    with clock.travel_to(AFTERWARDS):
        settle_difference(found.pk, actor="staff:anna", reason="The bank gave 0.50 back by hand.")
        prepare_months()
    assert look() == []
    assert close().closed_at is not None
    assert_books_are_sound()


def test_whoever_hears_of_it_at_once_notes_it_once():
    charge = sell()
    give_back(charge)
    results = run_at_once(*[lambda: say(charge)] * 4)
    assert {type(result) for result in results} == {IntegrityError}
    assert (UnbookedDispute.objects.count(), Dispute.objects.count()) == (1, 0)


def test_the_sweep_notes_it_without_any_hint(processor):
    charge = sell()
    give_back(charge, 1)
    processor.disputes["dp_1"] = report(charge)
    with clock.travel_to(IN_NOVEMBER):
        ask_for_disputes()
        ask_for_disputes()
    prepare()
    assert look() == [("dispute", "dp_1", -200, None)]


def test_one_that_is_decided_otherwise_later_is_noted():
    charge = sell()
    say(charge, DisputeStatus.LOST)
    say(charge, DisputeStatus.WON)
    prepare()
    assert look() == [("dispute", "dp_1", 200, None)]


@pytest.mark.parametrize(
    ("told", "noted"),
    [
        (("opened", "won", "opened"), [-200]),
        (("opened", "won", "opened", "opened", "lost"), [-200]),
        (("opened", "won", "lost", "opened"), [-200]),
        (("opened", "won", "opened", "won", "won"), [-200, 200]),
        (("opened", "lost", "opened", "lost"), []),
        (("opened", "lost", "won", "opened"), [-200, 200]),
    ],
)
def test_one_that_is_opened_again_is_noted_once_for_each_move_of_money(told, noted):
    charge = sell()
    for minute, status in enumerate(told):
        tell(charge, status, minute)
    prepare()
    assert sorted(cents for _, _, cents, _ in look()) == noted
    assert Dispute.objects.get().status == told[1]
    assert_books_are_sound()


def test_an_older_answer_opens_nothing_again():
    charge = sell()
    for status, minute in (("opened", 1), ("won", 2), ("opened", 2), ("opened", 1), ("opened", 0)):
        tell(charge, status, minute)
    assert not UnbookedDispute.objects.exists()
    tell(charge, "opened", 3)
    tell(charge, "won", 2)
    assert [note.status for note in UnbookedDispute.objects.all()] == ["opened"]


def test_another_amount_than_before_is_noted():
    charge = sell()
    say(charge, amount=100)
    said = replace(report(charge), money=Money(150, "USD"))
    with clock.travel_to(IN_NOVEMBER), pytest.raises(DisputeContradicted):
        record_dispute(Asked("sandbox", said, clock.now()))
    prepare()
    assert look() == [("dispute", "dp_1", -150, None)]


def test_test_money_holds_nothing_up():
    charge = sell(test=True)
    give_back(charge)
    with pytest.raises(IntegrityError):
        say(charge)
    sell()
    prepare()
    assert look() == []


def test_what_is_noted_stays_as_it_is():
    charge = sell()
    give_back(charge)
    with pytest.raises(IntegrityError):
        say(charge)
    for change in (
        lambda: UnbookedDispute.objects.update(amount_minor=1),
        UnbookedDispute.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_adjustments_reversals_and_failed_payouts_are_differences(processor):
    sell()
    processor.more = [line("txn_adjustment", -321), line("po_1", 5_000), line("tr_of_nobody", 700)]
    month = prepare()
    assert look() == [
        ("only_listed", "po_1", 5_000, None),
        ("only_listed", "tr_of_nobody", 700, None),
        ("only_listed", "txn_adjustment", -321, None),
    ]
    assert not is_green(month)


def test_disputes_that_are_booked_as_they_are_listed_are_none(processor):
    lost, won = sell(), sell()
    say(lost, reference="dp_lost")
    say(lost, DisputeStatus.LOST, reference="dp_lost")
    say(won, reference="dp_won")
    say(won, DisputeStatus.WON, reference="dp_won")
    processor.more = [line("dp_lost", -200, 1_500), line("dp_won", -200, 1_500), line("dp_won", 200)]
    prepare()
    assert look() == []


def test_a_dispute_that_is_listed_otherwise_than_booked_is_one(processor):
    first, second = sell(), sell()
    say(first, reference="dp_1", amount=150)
    say(second, reference="dp_2", fee=0)
    processor.more = [line("dp_1", -200, 1_500), line("dp_3", -10)]
    prepare()
    assert look() == [
        ("amount", "dp_1", -200, -150),
        ("only_listed", "dp_3", -10, None),
        ("only_ours", "dp_2", None, -200),
    ]


def test_a_refund_that_the_list_does_not_have_is_asked_about_and_has_come_back(processor):
    charge = sell()
    refund = give_back(charge, 120)
    reference = Attempt.objects.get(charge=refund).gateway_reference
    processor.more = [line(reference, 120)]
    prepare()
    assert look() == [("only_ours", reference, None, -120)]
    processor.says = Verdict.DECLINED
    prepare(AFTERWARDS + timedelta(hours=1))
    assert look() == []
    assert Charge.objects.get(pk=refund.pk).status == "failed"
    assert_books_are_sound()


def test_a_refund_that_came_back_and_is_listed_so_is_none(processor):
    refund = give_back(sell(), 120)
    attempt = Attempt.objects.get(charge=refund)
    settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
    processor.more = [line(attempt.gateway_reference, 120)]
    prepare()
    assert look() == []
