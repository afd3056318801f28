"""The cards of an organisation: which is the default, what each pays for, and what removing one does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from charges.collection.confirm import confirm_payment
from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.consent import accept_charge
from charges.errors import ConsentNotYours
from charges.models import Attempt
from charges.processor.card_upkeep import forget_removed_cards
from charges.tasks import replace_awaiting
from core import clock
from customers.errors import BillingRoleMissing, CardInUse, NoPaymentOption, PaymentOptionNotFound
from customers.models import PaymentOption
from gateway.registry import get_gateway
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.card_changes import choose_card, find_uses, remove_card
from tests.card_entry import decide_as
from tests.money import captures
from tests.subscriptions.stories import START, at, fetch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    return AccountFactory()


def add(account, token="tok_test_approve") -> PaymentOption:
    return PaymentOptionFactory(organization=account.organization, token=token)


def subscribe(account, **fields):
    return SubscriptionFactory(
        caller=CallerFactory(account=account), at=START, **{"activated": True} | fields
    )


def remove(account, card):
    remove_card(card.public_id, decider=decide_as(account))


def choose(account, card):
    return choose_card(card.public_id, decider=decide_as(account))


def reload(card):
    return PaymentOption.objects.get(pk=card.pk)


def test_the_default_card_of_one_processor_does_not_hide_the_cards_of_another(account, settings):
    elsewhere = PaymentOptionFactory(organization=account.organization, gateway="another")
    newer = PaymentOptionFactory(organization=account.organization, gateway="another")
    add(account)
    assert not reload(newer).is_default
    settings.LIVE_GATEWAY = "another"
    charge = ChargeFactory(caller=CallerFactory(account=account))
    assert accept_charge(charge.pk, decider=decide_as(account)).payment_option == newer != elsewhere


def test_the_chosen_card_pays_for_all_that_runs(account):
    old = add(account)
    subscription = subscribe(account)
    new = add(account)
    choose(account, old)
    choose(account, new)
    assert fetch(subscription).payment_option == new
    assert reload(new).is_default
    assert PaymentOption.objects.filter(is_default=True).count() == 1
    assert fetch(subscription).history.latest("pk").actor == decide_as(account).actor


def test_a_chosen_card_is_tried_at_once(account):
    good = add(account)
    add(account, "tok_test_decline_soft")
    subscription = subscribe(account)
    at(START)
    assert fetch(subscription).status == "processed"
    with clock.travel_to(START + timedelta(hours=1)):
        choose(account, good)
    at(hours=1)
    assert fetch(subscription).status == "active"


def test_each_card_says_what_it_pays_for(account):
    first = add(account)
    subscription = subscribe(account, accepted=True)
    cancelled = subscribe(account)
    cancel_subscription(cancelled.pk, actor="test")
    charge = ChargeFactory(caller=CallerFactory(account=account), accepted=True)
    ChargeFactory(caller=CallerFactory(account=account), collected=True)
    second = add(account)
    uses = find_uses(account.organization_id)
    assert (uses[first.pk].subscriptions, uses[first.pk].charges) == ([subscription], [charge])
    assert (uses[second.pk].subscriptions, uses[second.pk].charges) == ([], [])


@pytest.mark.parametrize("stage", ["accepted", "activated", "active", "past_due"])
def test_the_only_card_of_what_runs_stays(account, stage):
    card = add(account)
    subscription = SubscriptionFactory(caller=CallerFactory(account=account), **{stage: True})
    with pytest.raises(CardInUse, match=f"pays for “{subscription.name}”"):
        remove(account, card)
    assert reload(card).is_active


@pytest.mark.parametrize("stage", ["accepted", "activated"])
def test_the_only_card_of_an_open_charge_stays(account, stage):
    card = add(account)
    ChargeFactory(caller=CallerFactory(account=account), name="Reports", **{stage: True})
    with pytest.raises(CardInUse, match="pays for “Reports”"):
        remove(account, card)


@pytest.mark.parametrize("stage", ["pending", "declined", "cancelled", "frozen"])
def test_what_does_not_run_holds_no_card(account, stage):
    card = add(account)
    SubscriptionFactory(
        caller=CallerFactory(account=account), **({} if stage == "pending" else {stage: True})
    )
    remove(account, card)
    assert (reload(card).is_active, reload(card).is_default) == (False, False)
    assert reload(card).removed_at is not None


def test_what_a_removed_card_paid_for_moves_to_the_default_one(account):
    old = add(account)
    subscription = subscribe(account)
    charge = ChargeFactory(caller=CallerFactory(account=account), accepted=True)
    PaymentOption.objects.filter(pk=old.pk).update(is_default=False)
    new = add(account)
    remove(account, old)
    charge.refresh_from_db()
    assert (fetch(subscription).payment_option, charge.payment_option) == (new, new)


def test_the_newest_card_takes_the_place_of_the_default_one(account):
    add(account)
    newer, default = add(account), add(account)
    subscription = subscribe(account)
    remove(account, default)
    assert reload(newer).is_default
    assert fetch(subscription).payment_option == newer


def test_an_expired_card_takes_the_place_of_another_only_when_there_is_no_valid_one(account):
    valid, expired, default = add(account), add(account), add(account)
    PaymentOption.objects.filter(pk=expired.pk).update(exp_year=2020)
    remove(account, default)
    assert reload(valid).is_default
    remove(account, valid)
    assert reload(expired).is_default


def test_a_payment_that_waited_for_a_removed_card_is_tried_with_another_at_once(account):
    good, bad = add(account), add(account, "tok_test_decline_soft")
    subscription = subscribe(account)
    at(START)
    with clock.travel_to(START + timedelta(hours=1)):
        remove(account, bad)
    at(hours=1)
    assert fetch(subscription).status == "active"
    assert fetch(subscription).payment_option == good


def test_what_the_payer_has_to_confirm_is_cancelled_and_paid_with_the_new_card(account):
    add(account, "tok_test_confirm_always")
    subscription = subscribe(account)
    at(START)
    attempt = Attempt.objects.get()
    assert attempt.state == "awaiting_buyer"
    with clock.travel_to(START + timedelta(hours=1)):
        good = add(account)
        PaymentOption.objects.filter(pk=good.pk).update(is_default=False)
        choose(account, good)
        replace_awaiting(attempt.charge_id)
    attempt.refresh_from_db()
    assert attempt.state == "voided"
    assert fetch(subscription).status == "active"
    assert len(captures()) == 1


def test_a_payment_is_not_confirmed_with_a_card_that_was_removed(account):
    good = add(account)
    bad = add(account, "tok_test_confirm_always")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    collect_charge(charge.pk)
    remove(account, bad)
    assert confirm_payment(charge_id=charge.pk, return_url="https://x.example") is None
    collect_charge(charge.pk)
    charge.refresh_from_db()
    assert (charge.status, charge.payment_option) == ("success", good)


def test_an_attempt_without_an_answer_is_not_sent_again_with_a_card_that_was_removed(account):
    good = add(account)
    bad = add(account, "tok_test_timeout_before")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    assert attempt.state == "unknown"
    remove(account, bad)
    with clock.travel_to(clock.now() + timedelta(minutes=1)):
        resolve_attempt(attempt.pk)
        collect_charge(charge.pk)
    charge.refresh_from_db()
    assert [each.state for each in charge.attempts.order_by("pk")] == ["voided", "succeeded"]
    assert (charge.status, charge.payment_option) == ("success", good)


def test_a_removed_card_cannot_be_chosen_removed_or_accepted_with(account):
    card = add(account)
    remove(account, card)
    for act in (choose, remove):
        with pytest.raises(PaymentOptionNotFound):
            act(account, card)
    charge = ChargeFactory(caller=CallerFactory(account=account))
    with pytest.raises(NoPaymentOption):
        accept_charge(charge.pk, decider=decide_as(account))


def test_a_card_of_another_organisation_is_unknown(account):
    card = add(AccountFactory())
    for act in (choose, remove):
        with pytest.raises(PaymentOptionNotFound):
            act(account, card)
    assert reload(card).is_active


def test_only_the_buyer_with_the_billing_role_may(account):
    card, decider = add(account), decide_as(account)
    with pytest.raises(BillingRoleMissing):
        remove_card(card.public_id, decider=replace(decider, has_billing_role=False))
    with pytest.raises(ConsentNotYours):
        choose_card(card.public_id, decider=replace(decider, first_party=False))


def test_the_processor_forgets_a_removed_card_once_nothing_is_open(account):
    charge = ChargeFactory(
        caller=CallerFactory(account=account), activated=True, card="tok_test_timeout_before"
    )
    bad = charge.payment_option
    add(account)
    collect_charge(charge.pk)
    remove(account, bad)
    assert forget_removed_cards() == 0, "its attempt may still be sent"
    with clock.travel_to(clock.now() + timedelta(minutes=1)):
        resolve_attempt(charge.attempts.get().pk)
    assert forget_removed_cards() == 1
    assert get_gateway("sandbox").cards.has_forgotten(bad.gateway_token)
    assert forget_removed_cards() == 0


def test_a_processor_that_is_away_is_asked_again_to_forget(account, settings):
    card = add(account)
    remove(account, card)
    settings.GATEWAYS = {"sandbox": "tests.gateway.silent_gateway.SilentGateway"}
    get_gateway.cache_clear()
    assert forget_removed_cards() == 1
    assert reload(card).forgotten_at is None
    assert forget_removed_cards() == 1


def test_the_database_keeps_no_default_that_is_off(account):
    card = add(account)
    with pytest.raises(IntegrityError):
        PaymentOption.objects.filter(pk=card.pk).update(is_active=False, removed_at=clock.now())


def test_a_buyers_card_is_off_only_when_it_was_removed(account):
    card = add(account)
    with pytest.raises(IntegrityError):
        PaymentOption.objects.filter(pk=card.pk).update(is_active=False, is_default=False)
