"""A card that was entered at the processor is kept once, by who entered it, and pays from then on."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from charges.consent import accept_charge
from charges.errors import ConsentNotYours, ProcessorUnavailable
from charges.processor import card_entry
from core import clock
from customers.errors import (
    BillingRoleMissing,
    CardEntryNotFound,
    CardEntryRefused,
    CardNotEntered,
    TooManyCardEntries,
)
from customers.models import CardEntrySession, PaymentOption
from gateway.registry import get_gateway
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.card_changes import finish_card_entry
from tests.card_entry import begin, decide_as, entered
from tests.desk import log_in, text_of
from tests.subscriptions.stories import START, at, fetch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    return AccountFactory()


def finish(account, public_id):
    return finish_card_entry(public_id, decider=decide_as(account))


def test_what_was_entered_is_kept_and_pays(account):
    entry = finish(account, entered(account, "4444"))
    card = PaymentOption.objects.get(organization=account.organization)
    assert (card.brand, card.last4, card.is_default) == ("mastercard", "4444", True)
    assert (entry.payment_option, entry.account) == (card, account)
    charge = ChargeFactory(caller=CallerFactory(account=account))
    assert accept_charge(charge.pk, decider=decide_as(account)).payment_option == card


def test_finishing_again_changes_nothing(account):
    public_id = entered(account)
    first = finish(account, public_id)
    again = finish(account, public_id)
    assert again.payment_option == first.payment_option
    assert PaymentOption.objects.count() == 1


def test_a_reload_does_not_bring_back_a_card_that_is_not_the_default_any_more(account):
    old, new = entered(account), entered(account, "1111")
    finish(account, old)
    finish(account, new)
    finish(account, old)
    assert PaymentOption.objects.get(is_default=True).last4 == "1111"


def test_before_a_card_is_entered_there_is_nothing_to_keep(account):
    with pytest.raises(CardNotEntered):
        finish(account, begin(account).id)
    assert not PaymentOption.objects.exists()


def test_an_entry_of_somebody_else_is_unknown(account):
    public_id = entered(account)
    colleague = AccountFactory(organization=account.organization)
    for stranger in (AccountFactory(), colleague):
        with pytest.raises(CardEntryNotFound):
            finish(stranger, public_id)
    with pytest.raises(CardEntryNotFound):
        finish(account, uuid.uuid4())
    assert not PaymentOption.objects.exists()


def test_who_belongs_to_another_organisation_by_now_finishes_nothing_for_the_earlier_one(account):
    public_id = entered(account)
    account.organization = OrganizationFactory()
    account.save()
    with pytest.raises(CardEntryNotFound):
        finish(account, public_id)
    assert not PaymentOption.objects.exists()


def test_only_the_billing_role_may_begin_or_finish():
    member = AccountFactory(has_billing_role=False)
    with pytest.raises(BillingRoleMissing):
        begin(member)
    member.has_billing_role = True
    public_id = entered(member)
    member.has_billing_role = False
    with pytest.raises(BillingRoleMissing):
        finish(member, public_id)


def test_only_the_buyer_in_person_may(account):
    seller = replace(decide_as(account), first_party=False)
    with pytest.raises(ConsentNotYours):
        card_entry.begin_card_entry(decider=seller, return_url="http://x.example", cancel_url="")


def test_a_card_entered_when_a_payment_waits_is_tried_at_once():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    account = subscription.buyer_account
    with clock.travel_to(START + timedelta(hours=2)):
        finish(account, entered(account))
    at(hours=2)
    assert fetch(subscription).status == "active"
    assert fetch(subscription).payment_option.last4 == "4242"


def test_who_begins_entry_after_entry_is_stopped(account):
    for _ in range(card_entry.OPEN_ENTRIES):
        begin(account)
    with pytest.raises(TooManyCardEntries):
        begin(account)
    begin(AccountFactory())
    with clock.travel_to(clock.now() + card_entry.OPEN_ENTRIES_PER):
        begin(account)


def test_a_processor_that_is_away_is_said_to_be(account, settings):
    settings.GATEWAYS = {"sandbox": "tests.gateway.silent_gateway.SilentGateway"}
    with pytest.raises(ProcessorUnavailable):
        begin(account)
    assert not CardEntrySession.objects.exists()


def test_a_session_that_the_processor_refuses_is_said_to_be(account):
    entry = begin(account)
    row = CardEntrySession.objects.get()
    CardEntrySession.objects.create(
        account=account, organization=account.organization, gateway="sandbox", session="unheard of"
    )
    unknown = CardEntrySession.objects.exclude(pk=row.pk).get()
    with pytest.raises(CardEntryRefused, match="This card entry is over"):
        finish(account, unknown.public_id)
    assert entry.id == row.public_id


def test_a_finished_entry_never_changes(account):
    entry = finish(account, entered(account))
    for changes in ({"finished_at": clock.now() + timedelta(days=1)}, {"finished_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CardEntrySession.objects.filter(pk=entry.pk).update(**changes)


def test_a_bank_account_that_was_entered_is_kept_by_its_digits(account, settings):
    settings.GATEWAYS = {"sandbox": "tests.gateway.debit_gateway.DebitGateway"}
    get_gateway.cache_clear()
    option = finish(account, begin(account).id).payment_option
    assert (option.kind, option.brand, option.last4, option.exp_year) == ("bank_account", "", "9992", None)
    assert str(option) == "bank account ending in 9992"
    page = log_in(account).get("/account/cards/")
    assert "Bank account ending in 9992 Pays for what you accept Not used at the moment" in text_of(page)


def test_a_card_without_a_brand_is_a_card(account, settings):
    settings.GATEWAYS = {"sandbox": "tests.gateway.debit_gateway.PlainCardGateway"}
    get_gateway.cache_clear()
    option = finish(account, begin(account).id).payment_option
    assert (option.kind, str(option)) == ("card", "card ending in 9992")
