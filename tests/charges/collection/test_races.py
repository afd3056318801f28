"""Two at once: whatever the threads do, one of them wins and money moves once."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.collection.resolve import resolve_attempt
from charges.collection.settle import settle_outcomes
from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges
from charges.consent import Decider, accept_charge, decline_charge
from charges.errors import WrongState
from charges.models import Acceptance, ChargeStatus, StatusChange
from charges.requests.direct import activate_charge
from core import clock
from gateway.registry import get_gateway
from ledger.models import LedgerTransaction
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, PaymentOptionFactory
from tests.money import captures, fetch, run_at_once, seller_balance
from tests.movements import movement_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = range(12)


def make_decidable_charge():
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    charge = ChargeFactory(caller=CallerFactory(account=account))
    return charge, Decider.on_page(account, ip=None, user_agent="")


def locks_rows(work) -> bool:
    with CaptureQueriesContext(connection) as queries:
        work()
    return any("FOR UPDATE" in query["sql"] for query in queries)


def test_accept_against_decline_has_one_winner_and_one_history_row():
    for _ in ROUNDS:
        charge, decider = make_decidable_charge()
        results = run_at_once(
            partial(accept_charge, charge.pk, decider=decider),
            partial(decline_charge, charge.pk, decider=decider),
        )
        losers = [result for result in results if isinstance(result, WrongState)]
        assert len(losers) == 1
        assert StatusChange.objects.filter(charge=charge).count() == 1
        accepted = fetch(charge).status == ChargeStatus.ACCEPTED
        assert Acceptance.objects.filter(charge=charge).exists() is accepted


def test_two_accepts_make_one_acceptance():
    for _ in ROUNDS:
        charge, decider = make_decidable_charge()
        results = run_at_once(*[partial(accept_charge, charge.pk, decider=decider)] * 4)
        assert [result.status for result in results] == [ChargeStatus.ACCEPTED] * 4
        assert Acceptance.objects.filter(charge=charge).count() == 1
        assert StatusChange.objects.filter(charge=charge).count() == 1


def test_double_activation_starts_one_collection():
    for _ in ROUNDS:
        charge, decider = make_decidable_charge()
        accept_charge(charge.pk, decider=decider)
        results = run_at_once(*[partial(activate_charge, charge.pk, actor="test")] * 4)
        assert [result.status for result in results] == [ChargeStatus.PROCESSED] * 4
        assert StatusChange.objects.filter(charge=charge, to_status="processed").count() == 1


def test_double_collection_captures_once():
    for _ in ROUNDS:
        charge = ChargeFactory(activated=True)
        before = len(captures())
        run_at_once(*[partial(collect_charge, charge.pk)] * 4)
        assert len(captures()) == before + 1
        assert charge.attempts.count() == 1
        assert seller_balance(charge) == 160


def test_many_sweeps_at_once_capture_each_charge_once():
    charges = [ChargeFactory(activated=True) for _ in range(10)]
    run_at_once(*[collect_due_charges] * 4)
    assert {fetch(charge).status for charge in charges} == {ChargeStatus.SUCCESS}
    assert len(captures()) == 10


def test_the_same_answer_applied_at_once_is_booked_once():
    for _ in ROUNDS:
        charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
        collect_charge(charge.pk)
        attempt = charge.attempts.get()
        answer = get_gateway("sandbox").lookup(movement_of(attempt))
        run_at_once(*[partial(settle_outcomes, {attempt.pk: answer})] * 4)
        assert LedgerTransaction.objects.filter(reference=charge.key).count() == 1
        assert StatusChange.objects.filter(charge=charge, to_status="success").count() == 1


def test_resolvers_at_once_send_once():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_before")
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    instant = attempt.check_at

    def resolve():
        with clock.travel_to(instant):
            resolve_attempt(attempt.pk)

    run_at_once(*[resolve] * 4)
    assert len(captures()) == 1
    assert charge.attempts.get().checks == 1
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_every_step_that_moves_a_charge_locks_its_row():
    charge, decider = make_decidable_charge()
    assert locks_rows(partial(accept_charge, charge.pk, decider=decider))
    assert locks_rows(partial(activate_charge, charge.pk, actor="test"))
    assert locks_rows(partial(collect_charge, charge.pk))
    other, decider = make_decidable_charge()
    assert locks_rows(partial(decline_charge, other.pk, decider=decider))
    unknown = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(unknown.pk)
    attempt = unknown.attempts.get()
    with clock.travel_to(attempt.check_at):
        assert locks_rows(partial(resolve_attempt, attempt.pk))
