"""Whose decision counts, and until when."""

from datetime import timedelta

import pytest

from charges.consent import Decider, ShownOffer, accept_charge, decline_charge
from charges.errors import ChargeExpired, ChargeNotFound, ConsentNotYours, TermsChanged, WrongState
from charges.models import ChargeStatus
from core import clock
from customers.errors import BillingRoleMissing, NoPaymentOption
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
)
from tests.desk import show

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    return account


@pytest.fixture
def charge(buyer):
    return ChargeFactory(caller=CallerFactory(account=buyer))


def on_page(account):
    return Decider.on_page(account, ip="192.0.2.7", user_agent="Browser")


def through(account, **app):
    return Decider.through_api(
        CallerFactory(account=account, application=ApplicationFactory(**app)), ip=None, user_agent=""
    )


def test_the_acceptance_keeps_who_agreed_to_what_from_where(charge, buyer):
    accepted = accept_charge(charge.pk, decider=on_page(buyer), shown=show(charge))
    acceptance = accepted.acceptance
    assert (acceptance.account, acceptance.organization) == (buyer, buyer.organization)
    assert (acceptance.terms_hash, acceptance.ip) == (charge.terms_hash, "192.0.2.7")
    assert accepted.payment_option == buyer.organization.payment_options.get()


def test_the_marketplace_app_speaks_for_its_buyer(charge, buyer):
    assert accept_charge(charge.pk, decider=through(buyer, first_party=True)).status == ChargeStatus.ACCEPTED


@pytest.mark.parametrize("decide", [accept_charge, decline_charge])
def test_a_sellers_app_cannot_decide_although_it_holds_the_buyers_token(decide, charge, buyer):
    with pytest.raises(ConsentNotYours):
        decide(charge.pk, decider=through(buyer))


def test_any_token_of_the_buyer_may_accept_a_test_charge(buyer):
    charge = ChargeFactory(caller=CallerFactory(account=buyer), test=True)
    assert accept_charge(charge.pk, decider=through(buyer)).status == ChargeStatus.ACCEPTED


@pytest.mark.parametrize("decide", [accept_charge, decline_charge])
def test_another_organisation_does_not_find_the_charge(decide, charge):
    with pytest.raises(ChargeNotFound):
        decide(charge.pk, decider=on_page(AccountFactory()))


@pytest.mark.parametrize("decide", [accept_charge, decline_charge])
def test_a_colleague_without_the_billing_role_cannot_decide(decide, charge, buyer):
    with pytest.raises(BillingRoleMissing):
        decide(
            charge.pk,
            decider=on_page(AccountFactory(organization=buyer.organization, has_billing_role=False)),
        )


def test_deciding_the_same_again_changes_nothing(charge, buyer):
    for _ in range(2):
        assert decline_charge(charge.pk, decider=on_page(buyer)).status == ChargeStatus.DECLINED
    assert charge.history.count() == 1


def test_deciding_the_opposite_is_refused(charge, buyer):
    accept_charge(charge.pk, decider=on_page(buyer))
    with pytest.raises(WrongState):
        decline_charge(charge.pk, decider=on_page(buyer))


def test_other_terms_than_those_shown_are_not_accepted(charge, buyer):
    with pytest.raises(TermsChanged):
        accept_charge(charge.pk, decider=on_page(buyer), shown=ShownOffer("0" * 64))


def test_a_charge_that_waited_too_long_cannot_be_accepted_but_declined(charge, buyer):
    with clock.travel_to(charge.created_at + timedelta(days=31)):
        with pytest.raises(ChargeExpired):
            accept_charge(charge.pk, decider=on_page(buyer))
        assert decline_charge(charge.pk, decider=on_page(buyer)).status == ChargeStatus.DECLINED


def test_without_a_card_only_a_test_charge_can_be_accepted():
    account = AccountFactory()
    with pytest.raises(NoPaymentOption):
        accept_charge(ChargeFactory(caller=CallerFactory(account=account)).pk, decider=on_page(account))
    accepted = accept_charge(
        ChargeFactory(caller=CallerFactory(account=account), test=True).pk, decider=on_page(account)
    )
    assert accepted.payment_option is None


def test_the_terms_hash_depends_on_every_term(charge):
    for name, value in {
        "name": "Other",
        "price_minor": 1,
        "quantity": 1,
        "test": True,
        "currency": "EUR",
    }.items():
        before = charge.terms_hash
        setattr(charge, name, value)
        assert charge.terms_hash != before
