"""What a processor took and the books cannot hold is a difference of its month, until somebody settles it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bookkeeping.checks import list_quick_checks
from bookkeeping.closing import prepare_months
from bookkeeping.models import Difference
from bookkeeping.reconciliation.comparing import ask_about_missing_refunds, settle_difference
from charges.collection.settle import settle_outcomes
from charges.disputes.ask import ask_for_disputes
from charges.disputes.errors import DisputeContradicted
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge, Dispute, UnbookedDispute
from core import clock
from core.money import Money
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Booking, Verdict
from gateway.registry import get_gateway
from ledger.models import Month
from operations.factories import PayoutFactory
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, close, prepare, sell
from tests.charges.refunds.asking import ask, pay_out
from tests.charges.scripted_gateway import ScriptedGateway, report
from tests.money import run_at_once
from tests.operations.breakages import break_data
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
IN_NOVEMBER = NOVEMBER + timedelta(days=12)


class ListingGateway(ScriptedGateway):
    """A processor whose list tells of disputes, and whatever a test writes down."""

    lists_disputes = True
    more: list[Booking] = []

    def list_bookings(self, *, since, before):
        yield from super().list_bookings(since=since, before=before)
        yield from self.more


@pytest.fixture
def processor(settings, monkeypatch):
    settings.GATEWAYS = {"sandbox": f"{__name__}.ListingGateway"}
    monkeypatch.setattr(ListingGateway, "more", [])
    monkeypatch.setattr(ScriptedGateway, "disputes", {})
    monkeypatch.setattr(ListingGateway, "says", None)
    get_gateway.cache_clear()
    return ListingGateway


def look():
    return [
        (each.kind, each.reference, each.listed_minor, each.ours_minor)
        for each in Difference.objects.filter(settled_at=None).order_by("kind", "reference")
    ]


def say(charge, status=DisputeStatus.OPENED, **changes):
    with clock.travel_to(IN_NOVEMBER):
        return record_dispute(Asked("sandbox", report(charge, status=status, **changes), clock.now()))


def give_back(charge, cents=None) -> Charge:
    with clock.travel_to(IN_NOVEMBER):
        return pay_out(ask(charge, cents))


def line(reference, cents, fee=0):
    money = Money(cents, "USD")
    return Booking(
        name=f"txn_{reference}_{cents}",
        reference=reference,
        money=money,
        moved_at=IN_NOVEMBER,
        fee=Money(fee, "USD"),
    )


def is_green(month):
    return all(check.is_green for check in list_quick_checks(month) if check.name == "differences")


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
