"""A process is killed at every point around a call to the processor; each charge comes to the same end."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.collection.confirm import confirm_payment
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.history import give_up_charges
from charges.models import Attempt, AttemptState, Charge
from core import clock
from gateway.registry import get_gateway
from gateway.sandbox_confirmations import decide_payment
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory
from tests.charges.collection.killing import CANCELLING, KILLED, SENDING
from tests.charges.collection.killing import workers as workers
from tests.charges.collection.preparing_gateway import PREPARING
from tests.money import captures, fetch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# What a card does, and how a charge ends that is collected with it.
ENDS = {
    "approve": "success",
    "timeout_before": "success",
    "timeout_after": "success",
    "late": "success",
    "garbage": "success",
    "confirm_always": "success",
    "debit_for_days": "success",
    "decline_soft": "failed",
    "decline_hard": "failed",
}


@pytest.fixture(autouse=True)
def _preparing_gateway(settings):
    settings.GATEWAYS = PREPARING
    get_gateway.cache_clear()


def recover(*, days: int = 5) -> None:
    """Let the sweeps work for some days; who has to confirm a payment does so."""
    instant = clock.now() + timedelta(minutes=5)
    for _ in range(days * 4):
        with clock.travel_to(instant):
            collect_due_charges()
            resolve_due_attempts()
            for attempt in Attempt.objects.filter(state=AttemptState.AWAITING_BUYER):
                url = confirm_payment(charge_id=attempt.charge_id, return_url="https://billing.example/")
                if url:
                    decide_payment(url.rstrip("/").rpartition("/")[-1], is_confirmed=True)
        instant += timedelta(hours=6)


def test_whatever_dies_while_sending_each_charge_is_captured_once_or_declined(settings, workers):
    cases = [(card, point) for card in ENDS for point in SENDING]
    charges = {case: ChargeFactory(activated=True, card=f"tok_test_{case[0]}") for case in cases}
    ended = workers.kill(settings, [("collect", charges[case].pk, 0, case[1]) for case in cases])
    killed = [case for case, end in zip(cases, ended, strict=True) if end == KILLED]
    # A call that ends with an error does not come to the point after it.
    assert {case for case in cases if case not in killed} <= {
        (card, "after confirm") for card in ("timeout_before", "timeout_after", "late", "garbage")
    }
    recover()
    assert {case: fetch(charge).status for case, charge in charges.items()} == {
        (card, point): ENDS[card] for card, point in cases
    }
    assert len(captures()) == sum(ENDS[card] == "success" for card, _ in cases)
    assert LedgerTransaction.objects.filter(kind="collection").count() == len(captures())
    assert not Attempt.objects.filter(state=AttemptState.NEEDS_REVIEW).exists()
    assert not Attempt.objects.filter(state__in=("sending", "unknown", "awaiting_buyer")).exists()


def test_whatever_dies_while_cancelling_a_charge_that_is_not_wanted_ends_and_takes_nothing(settings, workers):
    charges = {point: ChargeFactory(activated=True) for point in CANCELLING}
    workers.kill(settings, [("collect", charge.pk, 0, SENDING[1]) for charge in charges.values()])
    with transaction.atomic():
        wanted_no_more = Charge.objects.filter(pk__in=[charge.pk for charge in charges.values()])
        give_up_charges(wanted_no_more, actor="test", reason="Not wanted.")
    jobs = [("resolve", charge.pk, 180, point) for point, charge in charges.items()]
    assert workers.kill(settings, jobs) == [KILLED] * len(jobs)
    recover(days=1)
    assert {fetch(charge).status for charge in charges.values()} == {"failed"}
    assert {attempt.state for attempt in Attempt.objects.all()} == {"voided"}
    assert captures() == []
