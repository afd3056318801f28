"""What a processor says of disputes is recorded once, in any order, and booked to the cent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from charges.disputes.ask import ask_about_dispute, ask_about_open_disputes, ask_for_disputes
from charges.disputes.errors import CaptureNotKnown, DisputeContradicted
from charges.disputes.record import Asked, record_dispute
from charges.models import Dispute, DisputeStatus
from charges.refunds.make import count_refundable, refund_charge
from core import clock
from core.money import Money
from gateway.hints import DisputeStatus as Says
from ledger.models import LedgerEntry, LedgerTransaction
from ledger.reports import list_earnings
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.money import seller_balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def charge():
    """10.00 collected: 8.00 for the seller, 2.00 commission."""
    return ChargeFactory(collected=True, price_minor=500)


def tell(charge, status=Says.OPENED, at=None, **changes):
    return record_dispute(Asked("sandbox", report(charge, status=status, **changes), at or clock.now()))


def balances():
    """Cents on each kind of account; what is zero is left out."""
    totals: dict[str, int] = {}
    for entry in LedgerEntry.objects.select_related("account"):
        totals[entry.account.kind] = totals.get(entry.account.kind, 0) + entry.amount_minor
    return {kind: total for kind, total in totals.items() if total}


def test_an_open_dispute_takes_the_money_and_the_fee_and_both_bear_their_shares(charge):
    dispute = tell(charge)
    assert (dispute.status, dispute.amount_minor, dispute.fee_minor) == ("opened", 1000, 1500)
    assert dispute.commission_minor == 200
    assert balances() == {"buyer_clearing": 1000 - 1000 - 1500, "processor_fees": 1500}


def test_a_won_dispute_brings_the_money_back(charge):
    tell(charge)
    dispute = tell(charge, Says.WON)
    assert (dispute.status, dispute.closed_at is not None) == ("won", True)
    assert balances() == {
        "buyer_clearing": 1000 - 1500,
        "processor_fees": 1500,
        "seller_payable": -800,
        "commission_revenue": -200,
    }


def test_nothing_more_moves_when_it_is_lost(charge):
    tell(charge, fee=0)
    before = LedgerTransaction.objects.count()
    dispute = tell(charge, Says.LOST, fee=0)
    assert dispute.commission_minor == 200
    assert (seller_balance(charge), LedgerTransaction.objects.count()) == (0, before)
    assert balances() == {}


def test_two_open_disputes_share_the_commission_to_the_cent(charge):
    first, second = tell(charge, amount=333, fee=0), tell(charge, amount=667, fee=0, reference="dp_2")
    assert first.commission_minor + second.commission_minor == charge.commission_minor
    assert balances() == {}
    tell(charge, Says.WON, amount=333, fee=0)
    refund = refund_charge(charge, amount_minor=333, due_at=None)
    assert refund.commission_minor == first.commission_minor


def test_the_database_keeps_by_which_rule_a_dispute_was_opened(charge):
    tell(charge)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispute.objects.update(shared_at_opening=False)


def test_lost_seen_first_is_the_same_in_the_end(charge):
    tell(charge, Says.LOST, fee=0)
    late = tell(charge, Says.OPENED, fee=0, at=clock.now() - timedelta(minutes=1))
    assert late.status == "lost"
    assert [(row.from_status, row.to_status) for row in late.history.all()] == [("opened", "lost")]
    assert balances() == {}


@pytest.mark.parametrize("status", [Says.OPENED, Says.WON, Says.LOST])
def test_the_same_answer_again_changes_nothing(charge, status):
    tell(charge, status)
    before = (balances(), LedgerTransaction.objects.count())
    tell(charge, status)
    assert (balances(), LedgerTransaction.objects.count(), Dispute.objects.count()) == (*before, 1)


@pytest.mark.parametrize(("first", "then"), [(Says.LOST, Says.WON), (Says.WON, Says.LOST)])
def test_a_decided_dispute_stays_as_it_is_and_the_contradiction_is_logged(charge, first, then, caplog):
    tell(charge, first)
    before = balances()
    assert tell(charge, then).status == first
    assert balances() == before
    assert "gateway contradicts itself" in caplog.text


def test_the_fee_follows_what_the_processor_keeps_now(charge):
    tell(charge, fee=0)
    tell(charge, fee=1500)
    dispute = tell(charge, Says.WON, fee=0)
    assert (dispute.fee_minor, dispute.fee_postings) == (0, 2)
    assert "processor_fees" not in balances()


def test_the_seller_bears_the_fee_where_the_setting_says_so(charge, settings):
    settings.DISPUTE_FEE_PAYER = "seller"
    tell(charge)
    settings.DISPUTE_FEE_PAYER = "marketplace"  # Of the next dispute.
    tell(charge, fee=1000)
    assert balances() == {
        "buyer_clearing": 1000 - 1000 - 1000,
        "seller_payable": 1000,
    }
    lines = list_earnings(organization_id=charge.payee_id, currency="USD", limit=10)
    assert [(line.kind, line.value_minor, line.name) for line in lines] == [
        ("collection", 500, "Dispute dp_1"),
        ("refund", 1500, "Dispute dp_1"),
        ("refund", 800, charge.name),
        ("collection", 800, charge.name),
    ]


def test_a_fee_may_be_in_another_currency(charge):
    dispute = tell(charge, fee=Money(1400, "EUR"))
    assert dispute.fee == Money(1400, "EUR")
    fee = LedgerTransaction.objects.get(kind="fee")
    assert (fee.currency, fee.entries.count()) == ("EUR", 2)


def test_an_older_answer_does_not_take_back_the_fee(charge):
    tell(charge, fee=1500)
    assert tell(charge, fee=0, at=clock.now() - timedelta(minutes=1)).fee_minor == 1500


def test_a_dispute_of_a_part_and_refunds_share_the_commission_to_the_cent(charge):
    tell(charge, Says.LOST, amount=333, fee=0)
    refund = refund_charge(charge, amount_minor=count_refundable(charge), due_at=None)
    lost = Dispute.objects.get()
    assert (lost.commission_minor, refund.total_minor) == (67, 667)
    assert lost.commission_minor + refund.commission_minor == charge.commission_minor


def test_what_is_disputed_cannot_be_refunded(charge):
    tell(charge)
    assert count_refundable(charge) == 0
    with (
        pytest.raises(IntegrityError, match="refunds and disputes would exceed the charge"),
        transaction.atomic(),
    ):
        refund_charge(charge, amount_minor=1, due_at=None)


def test_after_a_won_dispute_it_can_be_refunded(charge):
    tell(charge, Says.WON)
    assert refund_charge(charge, amount_minor=1000, due_at=None).commission_minor == 200


def test_a_dispute_of_more_than_refunds_have_left_is_refused(charge):
    refund_charge(charge, amount_minor=1, due_at=None)
    with pytest.raises(IntegrityError, match="stay within the charge"):
        tell(charge)
    assert Dispute.objects.count() == 0


def test_two_disputes_of_one_charge_stay_within_it(charge):
    tell(charge, amount=600, reference="dp_1")
    with pytest.raises(IntegrityError):
        tell(charge, amount=401, reference="dp_2")
    tell(charge, amount=400, reference="dp_2")
    assert Dispute.objects.count() == 2


def test_a_dispute_of_a_capture_that_nobody_knows_is_no_row(charge):
    with pytest.raises(CaptureNotKnown):
        record_dispute(Asked("elsewhere", report(charge), clock.now()))


@pytest.mark.parametrize("amount", [999, Money(1000, "EUR")])
def test_another_amount_than_before_is_a_contradiction(charge, amount):
    tell(charge)
    said = report(charge)
    money = amount if isinstance(amount, Money) else Money(amount, "USD")
    with pytest.raises(DisputeContradicted):
        record_dispute(Asked("sandbox", replace(said, money=money), clock.now()))


def test_test_money_is_booked_on_test_accounts():
    charge = ChargeFactory(collected=True, test=True)
    dispute = tell(charge, Says.LOST)
    assert not dispute.livemode
    assert set(LedgerTransaction.objects.values_list("livemode", flat=True)) == {False}


def test_a_seller_reads_a_dispute_as_a_refund_and_one_that_is_won_as_a_collection(charge):
    tell(charge)
    earnings = {"organization_id": charge.payee_id, "currency": "USD", "limit": 20}
    opened, _ = list_earnings(**earnings)
    assert (opened.kind, opened.value_minor, opened.name) == ("refund", 800, charge.name)
    tell(charge, Says.WON)
    won, *before = list_earnings(**earnings)
    assert (won.kind, won.value_minor, won.name) == ("collection", 800, charge.name)
    assert len(before) == 2


def test_the_processor_is_asked_by_name(charge, processor):
    processor.disputes["dp_1"] = report(charge)
    assert ask_about_dispute(gateway="sandbox", reference="dp_1") == Dispute.objects.get()
    assert ask_about_dispute(gateway="sandbox", reference="dp_2") is None


def test_disputes_are_found_where_no_hint_arrives(charge, processor):
    processor.disputes["dp_1"] = report(charge)
    processor.disputes["dp_2"] = report(charge, reference="dp_2")  # More than is left of the charge.
    assert ask_for_disputes() == 2
    assert [dispute.reference for dispute in Dispute.objects.all()] == ["dp_1"]


def test_what_is_listed_as_it_is_known_is_not_written_again(charge, processor):
    processor.disputes["dp_1"] = report(charge)
    ask_for_disputes()
    before = Dispute.objects.get().asked_at
    ask_for_disputes()
    assert Dispute.objects.get().asked_at == before
    processor.disputes["dp_1"] = report(charge, status=Says.WON)
    ask_for_disputes()
    assert Dispute.objects.get().status == "won"


def test_a_processor_that_is_down_is_asked_again_later(charge, processor, monkeypatch):
    monkeypatch.setattr(processor, "is_down", True)
    assert ask_for_disputes() == 0


def test_an_open_dispute_is_asked_about_once_a_day_until_it_is_decided(charge, processor):
    tell(charge)
    processor.disputes["dp_1"] = report(charge, status=Says.LOST)
    assert ask_about_open_disputes() == 0
    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert ask_about_open_disputes() == 1
        assert Dispute.objects.get().status == DisputeStatus.LOST
        assert ask_about_open_disputes() == 0


def test_the_sandbox_opens_a_dispute_after_a_day():
    ChargeFactory(collected=True, card="tok_test_dispute")
    assert ask_for_disputes() == 0
    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert ask_for_disputes() == 1
        dispute = Dispute.objects.get()
        assert (dispute.reason, dispute.evidence_due_by is not None) == ("fraudulent", True)
