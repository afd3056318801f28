"""Payouts by transfer: paid once, whatever the processor answers and whoever dies in between."""

from datetime import timedelta

import pytest

from charges.collection.new_attempt import LEASE
from core import clock
from gateway.movements import Answer, Verdict
from gateway.registry import get_gateway
from operations.factories import PayoutAccountFactory, PayoutFactory
from payouts.models import Payout
from payouts.sending import transfer
from payouts.sending.transfer import ask_about_payouts, send_approved_payouts
from tests.payouts.steps import balances, fetch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
PAID, OWED = (
    {"buyer_clearing": 5_000, "seller_payable": -5_000},
    {"buyer_clearing": 10_000, "seller_payable": -10_000},
)


def approved(settings, token="tok_test_approve") -> Payout:
    """50.00 of 100.00, approved, to an account that behaves as its name says."""
    settings.DEFAULT_CURRENCY = "EUR"
    account = PayoutAccountFactory(at_processor=True, processor_account=token)
    return PayoutFactory(account=account, approved=True, method=None)


def transfers() -> list[int]:
    """Cents of every transfer that the processor has really made."""
    with get_gateway("sandbox").books._open() as books:
        found = books.execute(
            "SELECT amount_minor FROM operation WHERE kind = 'payout' AND verdict = 'approved'"
        )
        return [cents for (cents,) in found]


def resolve(after=LEASE + timedelta(minutes=1)) -> None:
    with clock.travel_to(clock.now() + after):
        ask_about_payouts()


def test_an_approved_payout_is_sent_and_settled(settings):
    payout = approved(settings)
    assert (send_approved_payouts(), send_approved_payouts()) == (1, 0)
    payout = fetch(payout)
    assert (payout.status, payout.gateway, payout.check_at) == ("settled", "sandbox", None)
    assert payout.reference.startswith("sbx_")
    assert (balances(), transfers()) == (PAID, [5_000])


@pytest.mark.slow
@pytest.mark.parametrize("token", ["tok_test_timeout_after", "tok_test_garbage", "tok_test_timeout_before"])
def test_an_unknown_outcome_is_resolved_and_paid_once(settings, token):
    payout = approved(settings, token)
    send_approved_payouts()
    assert fetch(payout).status == "sent"
    assert balances()["payouts_in_transit"] == -5_000
    resolve()
    resolve(timedelta(hours=1))
    assert fetch(payout).status == "settled"
    assert (balances(), transfers()) == (PAID, [5_000])


def test_what_the_processor_does_late_is_waited_for(settings):
    payout = approved(settings, "tok_test_late")
    send_approved_payouts()
    resolve(timedelta(minutes=10))
    assert fetch(payout).status == "settled"
    assert transfers() == [5_000]


@pytest.mark.parametrize("token", ["tok_test_closed", "tok_test_uncovered"])
def test_a_declined_payout_is_owed_again(settings, token):
    payout = approved(settings, token)
    send_approved_payouts()
    payout = fetch(payout)
    assert (payout.status, bool(payout.failure_message)) == ("returned", True)
    assert (balances(), transfers()) == (OWED, [])


def test_a_processor_that_stays_away_is_asked_again_and_cancelled_in_the_end(settings):
    payout = approved(settings, "tok_test_unreachable")
    send_approved_payouts()
    assert fetch(payout).status == "sent"
    resolve()
    assert fetch(payout).status == "sent"
    resolve(timedelta(days=2))
    assert fetch(payout).status == "returned"
    assert (balances(), transfers()) == (OWED, [])


def test_another_amount_is_left_to_a_person(settings):
    payout = approved(settings, "tok_test_wrong_amount")
    send_approved_payouts()
    payout = fetch(payout)
    assert (payout.status, payout.check_at, payout.failure_code) == ("sent", None, "contradiction")
    assert balances()["payouts_in_transit"] == -5_000


def test_a_slow_transfer_is_asked_about_until_it_has_arrived(settings):
    payout = approved(settings, "tok_test_debit_for_days")
    send_approved_payouts()
    resolve()
    assert fetch(payout).status == "sent"
    resolve(timedelta(days=4))
    assert fetch(payout).status == "settled"


@pytest.mark.parametrize("dies_in", ["settle_payout", "get_gateway"])
def test_a_worker_that_is_killed_between_two_steps_leaves_a_payout_that_is_paid_once(
    settings, monkeypatch, dies_in
):
    payout = approved(settings)

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(transfer, dies_in, die)
        with pytest.raises(KeyboardInterrupt):
            send_approved_payouts()
    assert fetch(payout).status == "sent"
    assert transfers() == ([5_000] if dies_in == "settle_payout" else [])
    ask_about_payouts()  # Within the lease it is left to the one that died.
    assert fetch(payout).status == "sent"
    resolve()
    assert fetch(payout).status == "settled"
    assert (balances(), transfers()) == (PAID, [5_000])


def test_a_worker_that_slept_through_its_lease_does_not_send(settings, monkeypatch):
    payout = approved(settings)
    claim = transfer._claim

    def sleep_after(payout_id):
        claimed = claim(payout_id)
        claimed.check_at -= LEASE
        return claimed

    monkeypatch.setattr(transfer, "_claim", sleep_after)
    send_approved_payouts()
    assert (fetch(payout).status, transfers()) == ("sent", [])


def refuse(payout, verdict) -> Answer:
    return Answer(verdict, payout.key, code="balance_insufficient", message="No.")


@pytest.mark.parametrize("verdict", [Verdict.DECLINED, Verdict.VOID])
def test_a_refusal_from_before_another_process_paid_is_left_to_staff(settings, verdict, caplog):
    payout = approved(settings)
    slow = transfer._claim(payout.pk)
    resolve()
    transfer._record(slow, refuse(slow, verdict))
    assert fetch(payout).status == "settled"
    assert (balances(), transfers()) == (PAID, [5_000])
    assert "processor refused a payout too late" in caplog.text


def test_a_refusal_after_the_lease_leaves_the_payout_to_the_process_that_has_it(settings, caplog):
    payout = approved(settings)
    slow = transfer._claim(payout.pk)
    with clock.travel_to(clock.now() + LEASE + timedelta(minutes=1)):
        other = transfer._take_over(payout.pk)
    transfer._record(slow, refuse(slow, Verdict.DECLINED))
    assert (fetch(payout).status, fetch(payout).check_at) == ("sent", other.check_at)
    assert "processor refused a payout too late" in caplog.text
    transfer._record(other, refuse(other, Verdict.DECLINED))
    assert (fetch(payout).status, balances()) == ("returned", OWED)


def test_a_payment_of_what_was_returned_is_left_to_staff(settings, caplog):
    payout = approved(settings)
    slow = transfer._claim(payout.pk)
    paid = Answer(Verdict.APPROVED, slow.key, money=slow.money, reference="sbx_late")
    transfer._record(slow, refuse(slow, Verdict.DECLINED))
    transfer._record(slow, paid)
    assert (fetch(payout).status, balances()) == ("returned", OWED)
    assert "processor paid a payout that has ended" in caplog.text


def test_a_processor_without_transfers_says_so_by_name(settings):
    settings.GATEWAYS = {"sandbox": "tests.payouts.no_transfers.NoTransfers"}
    get_gateway.cache_clear()
    settings.DEFAULT_CURRENCY = "EUR"
    payout = approved(settings)
    send_approved_payouts()
    payout = fetch(payout)
    assert (payout.status, payout.failure_code) == ("returned", "payouts_not_supported")


def test_payouts_by_other_ways_are_left_alone(settings):
    settings.DEFAULT_CURRENCY = "EUR"
    payout = PayoutFactory(approved=True)
    assert send_approved_payouts() == 0
    assert fetch(payout).status == "approved"


def test_a_payout_to_a_new_account_waits(settings):
    payout = approved(settings)
    settings.PAYOUT_NEW_ACCOUNT_DAYS = 90
    assert send_approved_payouts() == 0
    assert fetch(payout).status == "approved"
