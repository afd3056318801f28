"""Two at once about the cards of one organisation: one card is kept, and no removed one is charged."""

from functools import partial

import pytest

from charges.consent import accept_charge
from charges.models import Attempt, Charge
from core import clock
from core.errors import InvalidField
from customers.errors import CardInUse, NoPaymentOption, PaymentOptionNotFound
from customers.models import CardEntrySession, PaymentOption
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.card_changes import choose_card, finish_card_entry, remove_card
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.lifecycle.payment_option import change_card
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due
from tests.card_entry import decide_as, entered
from tests.money import run_at_once
from tests.subscriptions.stories import START, at
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = range(8)


def unexpected(results, *expected) -> list[object]:
    return [each for each in results if isinstance(each, Exception) and not isinstance(each, expected)]


def assert_what_is_open_has_an_active_card(organization) -> None:
    for model in (Subscription, Charge):
        rows = model.objects.filter(buyer=organization, status__in=["accepted", "processed", "active"])
        assert not rows.filter(payment_option__is_active=False).exists()


def test_two_tabs_that_finish_one_entry_keep_one_card():
    for _ in ROUNDS:
        account = AccountFactory()
        public_id = entered(account)
        results = run_at_once(*[partial(finish_card_entry, public_id, decider=decide_as(account))] * 4)
        assert unexpected(results) == []
        assert len({result.payment_option_id for result in results}) == 1
        assert PaymentOption.objects.filter(organization=account.organization).count() == 1
        assert CardEntrySession.objects.get(account=account).finished_at is not None


def test_two_entries_that_finish_at_once_leave_one_default():
    for _ in ROUNDS:
        account = AccountFactory()
        entries = [entered(account), entered(account, "1111")]
        results = run_at_once(
            *[partial(finish_card_entry, each, decider=decide_as(account)) for each in entries]
        )
        assert unexpected(results) == []
        cards = PaymentOption.objects.filter(organization=account.organization)
        assert (cards.count(), cards.filter(is_default=True).count()) == (2, 1)


def test_a_card_that_is_removed_while_it_renews_is_charged_before_or_not_at_all():
    for _ in ROUNDS:
        account = AccountFactory()
        old = PaymentOptionFactory(organization=account.organization)
        caller = CallerFactory(account=account)
        subscriptions = [SubscriptionFactory(caller=caller, activated=True, at=START) for _ in range(5)]
        new = PaymentOptionFactory(organization=account.organization)
        with clock.travel_to(START):
            results = run_at_once(
                partial(renew_due, until=START),
                partial(remove_card, old.public_id, decider=decide_as(account)),
                partial(renew_due, until=START),
            )
        assert unexpected(results) == []
        removed_at = PaymentOption.objects.get(pk=old.pk).removed_at
        assert removed_at is not None
        assert_what_is_open_has_an_active_card(account.organization)
        at(START)
        for subscription in subscriptions:
            assert subscription.charges.get().status == "success"
        after = Attempt.objects.filter(charge__buyer=account.organization, pk__gt=0)
        assert {each.token for each in after} <= {old.gateway_token, new.gateway_token}
    assert_books_are_sound()


def test_the_last_card_is_not_removed_under_a_charge_that_is_being_accepted():
    for _ in ROUNDS:
        account = AccountFactory()
        card = PaymentOptionFactory(organization=account.organization)
        charge = ChargeFactory(caller=CallerFactory(account=account))
        subscription = SubscriptionFactory(caller=CallerFactory(account=account))
        decider = decide_as(account)
        results = run_at_once(
            partial(accept_charge, charge.pk, decider=decider),
            partial(accept_subscription, subscription.pk, decider=decider),
            partial(remove_card, card.public_id, decider=decider),
        )
        assert unexpected(results, NoPaymentOption, CardInUse) == []
        assert_what_is_open_has_an_active_card(account.organization)


def test_a_default_that_is_chosen_while_something_is_accepted_pays_for_it_or_for_the_next():
    for _ in ROUNDS:
        account = AccountFactory()
        first = PaymentOptionFactory(organization=account.organization)
        second = PaymentOptionFactory(organization=account.organization)
        subscription = SubscriptionFactory(caller=CallerFactory(account=account))
        decider = decide_as(account)
        results = run_at_once(
            partial(choose_card, first.public_id, decider=decider),
            partial(accept_subscription, subscription.pk, decider=decider),
            partial(choose_card, second.public_id, decider=decider),
        )
        assert unexpected(results) == []
        subscription.refresh_from_db()
        assert subscription.status == "accepted"
        assert subscription.payment_option in (first, second)
        cards = PaymentOption.objects.filter(organization=account.organization, is_default=True)
        assert cards.count() == 1
        assert subscription.payment_option == cards.get(), "all that runs is paid by the default card"


def test_a_card_that_staff_choose_while_it_is_removed_does_not_pay():
    for _ in ROUNDS:
        account = AccountFactory()
        PaymentOptionFactory(organization=account.organization)
        subscription = SubscriptionFactory(caller=CallerFactory(account=account), accepted=True)
        other = PaymentOptionFactory(organization=account.organization)
        staff = {"actor": "staff:finance", "reason": "asked by the buyer"}
        results = run_at_once(
            partial(change_card, subscription.pk, payment_option_id=other.pk, **staff),
            partial(remove_card, other.public_id, decider=decide_as(account)),
        )
        assert unexpected(results, InvalidField) == []
        assert_what_is_open_has_an_active_card(account.organization)


def test_two_cards_that_are_removed_at_once_leave_one_for_what_runs():
    for _ in ROUNDS:
        account = AccountFactory()
        cards = [PaymentOptionFactory(organization=account.organization) for _ in range(2)]
        SubscriptionFactory(caller=CallerFactory(account=account), accepted=True)
        results = run_at_once(
            *[partial(remove_card, card.public_id, decider=decide_as(account)) for card in cards]
        )
        assert unexpected(results, CardInUse, PaymentOptionNotFound) == []
        assert PaymentOption.objects.filter(organization=account.organization, is_active=True).count() == 1
        assert_what_is_open_has_an_active_card(account.organization)
