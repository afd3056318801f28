"""An acceptance holds as long as an offer would, may be taken back, and may start what it is for."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges
from charges.consent import Decider, withdraw_charge
from charges.errors import (
    AcceptanceLapsed,
    ChargeNotFound,
    ConsentNotYours,
    TermsChanged,
    WrongState,
)
from charges.models import Attempt, Charge, ChargeStatus
from charges.requests.direct import activate_charge
from core import clock
from customers.errors import BillingRoleMissing
from customers.models import Application
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, ChargeFactory
from tests.by_hand import insert_attempts
from tests.desk import show
from tests.money import accept, captures, fetch, run_at_once

pytestmark = pytest.mark.django_db
LAST_MOMENT = timedelta(days=30)


def on_page(account) -> Decider:
    return Decider.on_page(account, ip=None, user_agent="")


def withdraw(charge, account=None):
    return withdraw_charge(charge.pk, decider=on_page(account or charge.buyer_account))


def starting_charge(**fields) -> Charge:
    """An accepted charge of an app that lets what is accepted start."""
    caller = CallerFactory(application=ApplicationFactory(starts_when_accepted=True))
    return ChargeFactory(caller=caller, accepted=True, **fields)


def test_it_holds_for_thirty_days_from_the_decision_to_the_last_moment():
    charge = ChargeFactory(accepted=True)
    assert charge.holds_until == charge.decided_at + LAST_MOMENT
    with clock.travel_to(charge.holds_until):
        assert activate_charge(charge.pk, actor="app").status == ChargeStatus.PROCESSED


def test_afterwards_it_cannot_be_activated_and_nothing_is_charged():
    charge = ChargeFactory(accepted=True)
    with clock.travel_to(charge.holds_until + timedelta(microseconds=1)):
        for _ in range(2):
            with pytest.raises(AcceptanceLapsed, match="too old") as refusal:
                activate_charge(charge.pk, actor="app")
        collect_due_charges()
    assert refusal.value.details == {"status": "accepted"}
    assert fetch(charge).status == ChargeStatus.ACCEPTED
    assert charge.history.count() == 1
    assert captures() == []


def test_the_setting_counts_at_the_decision(settings):
    settings.CHARGE_EXPIRES_DAYS = 1
    charge = ChargeFactory(accepted=True)
    settings.CHARGE_EXPIRES_DAYS = 90
    with clock.travel_to(charge.decided_at + timedelta(days=1, seconds=1)), pytest.raises(AcceptanceLapsed):
        activate_charge(charge.pk, actor="app")


@pytest.mark.parametrize("activated", ["holds_until + interval '1 microsecond'", "NULL"])
def test_the_database_starts_nothing_after_the_acceptance(activated):
    charge = ChargeFactory(accepted=True)
    late = clock.now() + LAST_MOMENT + timedelta(seconds=1) if "holds" in activated else None
    with pytest.raises(IntegrityError, match="held until"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(status="processed", activated_at=late)


@pytest.mark.parametrize("instant", [None, clock.now() + timedelta(days=400)])
def test_the_database_keeps_the_end_of_an_acceptance(instant):
    charge = ChargeFactory(accepted=True)
    with pytest.raises(IntegrityError, match="an acceptance holds until"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(holds_until=instant)


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_is_retried_after_the_acceptance_ended_is_collected():
    charge = ChargeFactory(activated=True, card="tok_test_unreachable")
    collect_charge(charge.pk)
    assert fetch(charge).status == ChargeStatus.PROCESSED
    charge.buyer.payment_options.update(gateway_token="tok_test_approve_again")
    with clock.travel_to(charge.holds_until + timedelta(days=1)):
        collect_due_charges()
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_withdrawing_declines_it_and_keeps_the_acceptance_as_evidence():
    charge = ChargeFactory(accepted=True)
    accepted_at = charge.decided_at
    for _ in range(2):
        assert withdraw(charge).status == ChargeStatus.DECLINED
    change = charge.history.last()
    assert (change.from_status, change.to_status, change.reason) == (
        "accepted",
        "declined",
        "The acceptance was withdrawn.",
    )
    assert change.actor == f"page/account:{charge.buyer_account.public_id}"
    assert charge.history.count() == 2
    assert fetch(charge).acceptance.terms_hash == charge.terms_hash
    assert fetch(charge).decided_at > accepted_at
    with pytest.raises(WrongState, match="declined"):
        activate_charge(charge.pk, actor="app")


@pytest.mark.parametrize("stage", ["pending", "activated"])
def test_only_what_is_accepted_and_not_activated_can_be_withdrawn(stage):
    charge = ChargeFactory(stage=stage)
    with pytest.raises(WrongState):
        withdraw(charge)


def test_only_the_buyer_withdraws():
    charge = ChargeFactory(accepted=True)
    with pytest.raises(ChargeNotFound):
        withdraw(charge, AccountFactory())
    with pytest.raises(BillingRoleMissing):
        withdraw(charge, AccountFactory(organization=charge.buyer, has_billing_role=False))
    app = Decider.through_api(CallerFactory(account=charge.buyer_account), ip=None, user_agent="")
    with pytest.raises(ConsentNotYours):
        withdraw_charge(charge.pk, decider=app)
    assert fetch(charge).status == ChargeStatus.ACCEPTED


def test_the_database_takes_no_attempt_on_a_withdrawn_acceptance():
    charge = ChargeFactory(withdrawn=True)
    with pytest.raises(IntegrityError, match="has not accepted these terms"):
        insert_attempts(charge)
    assert not Attempt.objects.exists()


def test_where_the_app_says_so_accepting_starts_it_and_activating_later_changes_nothing():
    charge = starting_charge()
    assert charge.status == ChargeStatus.PROCESSED
    assert charge.collect_at == charge.activated_at
    assert list(charge.history.values_list("to_status", "reason")) == [
        ("accepted", ""),
        ("processed", "Starts with the acceptance."),
    ]
    with clock.travel_to(charge.holds_until + timedelta(days=1)):
        assert activate_charge(charge.pk, actor="app").status == ChargeStatus.PROCESSED
    assert charge.history.count() == 2
    with pytest.raises(WrongState):
        withdraw(charge)


def test_a_page_that_said_otherwise_about_the_start_is_shown_again():
    charge = ChargeFactory()
    shown = show(charge)
    Application.objects.filter(pk=charge.order_application_id).update(starts_when_accepted=True)
    with pytest.raises(TermsChanged):
        accept(charge, shown=shown)
    assert fetch(charge).status == ChargeStatus.PENDING


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_withdrawing_against_activating_has_one_winner_and_charges_accordingly():
    outcomes = set()
    for _ in range(12):
        charge, before = ChargeFactory(accepted=True), len(captures())
        results = run_at_once(partial(withdraw, charge), partial(activate_charge, charge.pk, actor="app"))
        assert sum(isinstance(result, WrongState) for result in results) == 1
        collect_due_charges()
        status = fetch(charge).status
        outcomes.add(status)
        assert len(captures()) - before == (status == ChargeStatus.SUCCESS)
    assert outcomes <= {ChargeStatus.DECLINED, ChargeStatus.SUCCESS}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_accepting_and_activating_at_once_starts_one_collection():
    for _ in range(6):
        caller = CallerFactory(application=ApplicationFactory(starts_when_accepted=True))
        charge = ChargeFactory(caller=caller)
        charge.buyer.payment_options.create(
            gateway="sandbox",
            gateway_token=f"tok_test_approve_{charge.pk}",
            brand="visa",
            last4="4242",
            exp_month=12,
            exp_year=2031,
            is_default=True,
        )
        activate = partial(activate_charge, charge.pk, actor="app")
        run_at_once(partial(accept, charge), partial(accept, charge), activate, activate)
        assert list(charge.history.values_list("to_status", flat=True)) == ["accepted", "processed"]
