"""A process is killed at every point around a call to Stripe; each charge comes to the same end."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.history import give_up_charges
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.refunds.make import refund_charge
from core import clock
from operations.factories import ChargeFactory
from tests.charges.collection.killing import CANCELLING, KILLED, REFUNDING, SENDING
from tests.charges.collection.killing import workers as workers
from tests.gateway.processors import run_stand_in
from tests.gateway.stripe.cast import answer_bank, at_both, change_behaviour, make_buyer
from tests.money import fetch
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# What a card does, and how a charge ends that is collected with it.
ENDS = {
    "pm_card_visa": "success",
    "pm_card_authenticationRequired": "success",
    "pm_usBankAccount_success": "success",
    "pm_card_createDispute": "success",
    "pm_card_chargeCustomerFail": "failed",
    "pm_card_visa_chargeDeclinedStolenCard": "failed",
}


@pytest.fixture
def stand_in(settings):
    with run_stand_in(settings) as stand_in:
        settings.LIVE_GATEWAY = "stripe"
        yield stand_in
    assert_books_are_sound()


def ask(stand_in, card: str = "pm_card_visa") -> Charge:
    """A charge of a buyer whose card behaves like this."""
    charge = ChargeFactory(caller=make_buyer(stand_in), activated=True)
    change_behaviour(stand_in, charge.payment_option, card)
    return charge


def recover(stand_in, *, days: int = 6) -> None:
    """Let the sweeps work for some days; who has to confirm a payment does so."""
    instant = clock.now() + timedelta(minutes=5)
    for _ in range(days * 4):
        with at_both(stand_in, instant):
            collect_due_charges()
            resolve_due_attempts()
            for attempt in Attempt.objects.filter(state=AttemptState.AWAITING_BUYER):
                answer_bank(attempt.charge_id, "complete")
        instant += timedelta(hours=6)


def list_taken(stand_in) -> list[str]:
    """The intents of which money was taken, once for each time."""
    return sorted(each["payment_intent"] for each in stand_in.books.every("charge") if each["paid"])


def list_captured() -> list[str]:
    """The references of the attempts that took money."""
    captured = Attempt.objects.filter(state=AttemptState.SUCCEEDED, charge__refund_of=None)
    return sorted(captured.values_list("gateway_reference", flat=True))


def test_whatever_dies_while_sending_each_charge_is_captured_once_or_declined(stand_in, settings, workers):
    cases = [(card, point) for card in ENDS for point in SENDING]
    charges = {case: ask(stand_in, case[0]) for case in cases}
    ended = workers.kill(settings, [("collect", charges[case].pk, 0, case[1]) for case in cases])
    assert ended == [KILLED] * len(cases)
    recover(stand_in)
    assert {case: fetch(charge).status for case, charge in charges.items()} == {
        case: ENDS[case[0]] for case in cases
    }
    assert list_taken(stand_in) == list_captured()
    assert len(list_captured()) == sum(ENDS[card] == "success" for card, _ in cases)
    assert not Attempt.objects.exclude(state__in=("succeeded", "declined", "voided")).exists()


def test_whatever_dies_while_cancelling_a_charge_that_is_not_wanted_ends_and_takes_nothing(
    stand_in, settings, workers
):
    cases = [(sent, cancelled) for sent in SENDING[1:3] for cancelled in CANCELLING]
    charges = [ask(stand_in) for _ in cases]
    dying = zip(charges, cases, strict=True)
    workers.kill(settings, [("collect", charge.pk, 0, sent) for charge, (sent, _) in dying])
    with transaction.atomic():
        give_up_charges(Charge.objects.all(), actor="test", reason="Not wanted.")
    dying = zip(charges, cases, strict=True)
    jobs = [("resolve", charge.pk, 180, cancelled) for charge, (_, cancelled) in dying]
    assert workers.kill(settings, jobs) == [KILLED] * len(jobs)
    recover(stand_in, days=1)
    assert {fetch(charge).status for charge in charges} == {"failed"}
    assert {attempt.state for attempt in Attempt.objects.all()} == {"voided"}
    assert list_taken(stand_in) == []
    open_intents = [each["status"] for each in stand_in.books.every("payment_intent")]
    assert set(open_intents) == {"canceled"}


def test_whatever_dies_while_refunding_the_money_goes_back_once(stand_in, settings, workers):
    charges = [ask(stand_in) for _ in REFUNDING]
    refunds = []
    for charge in charges:
        collect_charge(charge.pk)
        with transaction.atomic():
            refunds.append(refund_charge(fetch(charge), amount_minor=150, due_at=None))
    jobs = [("collect", refund.pk, 0, point) for refund, point in zip(refunds, REFUNDING, strict=True)]
    assert workers.kill(settings, jobs) == [KILLED] * len(jobs)
    recover(stand_in, days=1)
    assert {fetch(refund).status for refund in refunds} == {ChargeStatus.SUCCESS}
    assert [each["amount"] for each in stand_in.books.every("refund")] == [150] * len(refunds)
