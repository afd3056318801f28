"""What comes back, comes again or is missing is compared in the month of each of its lines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookkeeping.models import Difference
from bookkeeping.reconciliation.comparing import ask_about_missing_refunds, settle_difference
from charges.collection.settle import settle_outcomes
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge
from core import clock
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Verdict
from ledger.models import Month
from operations.factories import PayoutFactory
from tests.bookkeeping.listing import IN_NOVEMBER, give_back, line, look, say
from tests.bookkeeping.listing import processor as processor
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, prepare, sell
from tests.charges.scripted_gateway import ScriptedGateway, report
from tests.operations.breakages import break_data

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_comes_back_in_a_later_month_is_none_in_either(processor):
    refund, lost = give_back(sell(), 120), sell()
    say(lost, reference="dp_w")
    attempt, back = Attempt.objects.get(charge=refund), DECEMBER + timedelta(days=5)
    with clock.travel_to(back):
        settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
        won = report(lost, status=DisputeStatus.WON, reference="dp_w")
        record_dispute(Asked("sandbox", won, clock.now()))
    returned = replace(line(attempt.gateway_reference, 120), moved_at=back)
    processor.more = [line("dp_w", -200, 1500), replace(line("dp_w", 200), moved_at=back), returned]
    for at in (DECEMBER + timedelta(days=6), DECEMBER + timedelta(days=33)):
        prepare(at)
        assert look() == []


def test_what_never_comes_back_on_the_list_is_one_of_the_month_in_which_it_should(processor):
    refund = give_back(sell(), 120)
    attempt = Attempt.objects.get(charge=refund)
    with clock.travel_to(DECEMBER + timedelta(days=5)):
        settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
    prepare(DECEMBER + timedelta(days=33))
    assert list(Difference.objects.values_list("month__starts_at", "kind", "listed_minor", "ours_minor")) == [
        (DECEMBER, "amount", -120, 0)
    ]


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_list_that_tells_no_returns_may_have_a_refund_that_came_back_or_not(
    processor, monkeypatch, is_listed
):
    monkeypatch.setattr(processor, "lists_returns", False)
    refund = give_back(sell(), 120)
    attempt = Attempt.objects.get(charge=refund)
    with clock.travel_to(DECEMBER + timedelta(days=5)):
        settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
    processor.more = [] if is_listed else [line(attempt.gateway_reference, 120)]
    prepare(DECEMBER + timedelta(days=33))
    assert look() == []


def test_a_dispute_that_is_won_after_months_is_none(processor):
    opened, back = NOVEMBER - timedelta(days=60), NOVEMBER + timedelta(days=15)
    with clock.travel_to(opened):
        charge = sell(at=opened)
        record_dispute(Asked("sandbox", report(charge, reference="dp_w"), clock.now()))
    with clock.travel_to(back):
        won = report(charge, status=DisputeStatus.WON, reference="dp_w")
        record_dispute(Asked("sandbox", won, clock.now()))
    month = Month.objects.create(starts_at=NOVEMBER, ends_at=DECEMBER)
    processor.more = [
        replace(line("dp_w", -200, 1500), moved_at=opened),
        replace(line("dp_w", 200), moved_at=back),
    ]
    prepare(DECEMBER + timedelta(days=6))
    assert not month.differences.filter(reference="dp_w").exists()


def test_a_payout_that_came_back_after_it_was_paid_is_none(processor):
    sell()
    with clock.travel_to(IN_NOVEMBER):
        payout = PayoutFactory(returned=True)
    with transaction.atomic():
        break_data(
            f"UPDATE payouts_payout SET settled_at = sent_at, gateway = 'sandbox', reference = 'po_back'"
            f" WHERE id = {payout.pk}"
        )
    processor.more = [line("po_back", -payout.amount_minor)]
    prepare(DECEMBER + timedelta(days=6))
    assert look() == []


def test_one_that_comes_again_is_found_again(processor):
    refund = give_back(sell(), 120)
    reference = Attempt.objects.get(charge=refund).gateway_reference
    missing = [("only_ours", reference, None, -120)]
    for days, cents, found in ((0, 120, missing), (2, -120, []), (4, 120, missing)):
        processor.more = [*processor.more, replace(line(reference, cents), name=f"line of day {days}")]
        prepare(AFTERWARDS + timedelta(days=days))
        assert look() == found
    processor.says = Verdict.DECLINED
    prepare(AFTERWARDS + timedelta(days=6))
    assert look() == []
    assert Charge.objects.get(pk=refund.pk).status == "failed"


def test_a_person_settles_an_amount_and_no_other(processor):
    sell()
    processor.more = [line("txn_adjustment", -321)]
    prepare()
    settle_difference(Difference.objects.get().pk, actor="staff:anna", reason="A fee.")
    processor.more = [line("txn_adjustment", -321), line("txn_adjustment", -5)]
    for days in (2, 4):
        prepare(AFTERWARDS + timedelta(days=days))
        assert look() == [("only_listed", "txn_adjustment", -326, None)]


def test_what_cannot_be_booked_twice_of_one_dispute_is_two(processor):
    charge = sell()
    give_back(charge, 50)
    for status in (DisputeStatus.OPENED, DisputeStatus.WON):
        with pytest.raises(IntegrityError):
            say(charge, status)
    prepare()
    assert look() == [("dispute", "dp_1", -200, None), ("dispute", "dp_1", 200, None)]


@pytest.mark.slow
def test_missing_refunds_are_asked_about_in_turn_and_for_a_while(processor, monkeypatch):
    refunds = [give_back(sell(), 120) for _ in range(3)]
    references = Attempt.objects.filter(charge__in=refunds).values_list("gateway_reference", flat=True)
    processor.more = [line(reference, 120) for reference in references]
    month = prepare()
    keys = list(Difference.objects.order_by("pk").values_list("attempt__key", flat=True))
    monkeypatch.setattr("bookkeeping.reconciliation.comparing.ASKED_AT_ONCE", 2)
    asked = []
    for hours in (1, 2, 3):
        monkeypatch.setattr(ScriptedGateway, "asked", now := [])
        with clock.travel_to(AFTERWARDS + timedelta(hours=hours)):
            ask_about_missing_refunds(month, until=float("inf"))
        asked.append(now)
    assert asked == [keys[:2], [keys[2], keys[0]], [keys[1], keys[0]]]
    monkeypatch.setattr(ScriptedGateway, "asked", now := [])
    ask_about_missing_refunds(month, until=0)
    assert now == []
