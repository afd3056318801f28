"""Asking for a payout: how much can be asked for, of what, and when; otherwise nothing happens."""

from datetime import timedelta

import pytest

from approvals.models import Approval
from core import clock
from core.errors import InvalidField
from ledger.models import LedgerTransaction
from operations.factories import OrganizationFactory, PayoutAccountFactory, UserFactory
from operations.factories.payouts import earn
from payouts.errors import (
    BalanceTooLow,
    MethodNotPossible,
    PayoutAccountMissing,
    PayoutAccountTooNew,
    PayoutTooSmall,
)
from payouts.methods import SEPA, choose_method
from payouts.models import Payout, PayoutMethod
from payouts.schedule import request_monthly_payouts, set_schedule
from tests.payouts.steps import ask, balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def test_without_an_amount_it_is_all_that_is_available(seller):
    earn(seller, 12_345)
    assert ask(seller).amount_minor == 12_345
    assert Approval.objects.get().details["amount_minor"] == 12_345


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cents", "refusal", "words"),
    [
        (10_001, BalanceTooLow, "Only 100.00 EUR is available."),
        (999, PayoutTooSmall, "A payout is of 10.00 EUR at least."),
        (0, PayoutTooSmall, "10.00 EUR"),
        (-5_000, PayoutTooSmall, "10.00 EUR"),
        (10**18, BalanceTooLow, "100.00 EUR"),
    ],
)
def test_too_much_and_too_little_are_refused_in_words(seller, cents, refusal, words):
    earn(seller, 10_000)
    before = balances()
    with pytest.raises(refusal, match=words):
        ask(seller, cents)
    assert (balances(), Payout.objects.count(), Approval.objects.count()) == (before, 0, 0)


def test_nothing_is_paid_out_of_nothing(seller):
    with pytest.raises(BalanceTooLow, match=r"Only 0.00 EUR"):
        ask(seller)


def test_a_reason_is_needed(seller):
    earn(seller, 10_000)
    with pytest.raises(InvalidField, match="must not be empty"):
        ask(seller, reason=" ")
    assert not LedgerTransaction.objects.filter(kind="withdrawal").exists()


def test_a_payout_needs_an_account_in_its_currency(seller, settings):
    settings.DEFAULT_CURRENCY = "USD"
    earn(seller, 10_000)
    with pytest.raises(PayoutAccountMissing):
        ask(seller, 5_000, currency="USD")


@pytest.mark.parametrize(("days", "is_paid"), [(2, False), (4, True)])
def test_a_new_account_is_paid_after_some_days(settings, days, is_paid):
    settings.DEFAULT_CURRENCY = "EUR"
    seller = PayoutAccountFactory(since=timedelta(days=days)).organization
    earn(seller, 10_000)
    if is_paid:
        assert ask(seller).status == "requested"
    else:
        begin = clock.now() + timedelta(days=1)
        with pytest.raises(PayoutAccountTooNew, match=f"begin on {begin:%Y-%m-%d}"):
            ask(seller)


@pytest.mark.parametrize(("currency", "minimum"), [("JPY", 10), ("KWD", 10_000)])
def test_currencies_have_their_own_decimals(settings, currency, minimum):
    settings.DEFAULT_CURRENCY = currency
    account = PayoutAccountFactory(without_iban=True, currency=currency)
    earn(account.organization, minimum)
    with pytest.raises(PayoutTooSmall, match="10"):
        ask(account.organization, minimum - 1, currency=currency)
    assert ask(account.organization, minimum, currency=currency).method == PayoutMethod.BY_HAND


@pytest.mark.parametrize(
    ("currency", "trait", "amount"),
    [("KWD", "at_processor", 12_340), ("KWD", "without_iban", 12_345), ("USD", "at_processor", 12_345)],
)
def test_all_that_is_available_is_what_can_be_paid_that_way(settings, currency, trait, amount):
    settings.DEFAULT_CURRENCY = currency
    account = PayoutAccountFactory(**{trait: True}, currency=currency)
    earn(account.organization, 12_345)
    payout = ask(account.organization, None, currency=currency)
    assert (payout.amount_minor, payout.available_minor) == (amount, 12_345)


def test_money_of_one_currency_pays_nothing_of_another(seller, settings):
    PayoutAccountFactory(organization=seller, without_iban=True, currency="USD")
    earn(seller, 10_000)
    with pytest.raises(BalanceTooLow, match=r"0.00 USD"):
        ask(seller, 5_000, currency="USD")


def test_the_way_is_the_best_that_the_account_allows(seller, settings):
    assert choose_method(seller.payout_accounts.get()) == PayoutMethod.BANK_FILE
    assert choose_method(PayoutAccountFactory(at_processor=True)) == PayoutMethod.PROCESSOR
    assert choose_method(PayoutAccountFactory(without_iban=True)) == PayoutMethod.BY_HAND
    settings.PAYOUT_PAYER_IBAN = ""
    assert choose_method(seller.payout_accounts.get()) == PayoutMethod.BY_HAND


def test_an_account_beyond_sepa_is_paid_by_hand(seller):
    account = PayoutAccountFactory(iban="TR33 0006 1005 1978 6457 8413 26", country="TR")
    earn(account.organization, 10_000)
    assert choose_method(account) == PayoutMethod.BY_HAND
    with pytest.raises(MethodNotPossible, match="SEPA does not reach"):
        ask(account.organization, method=PayoutMethod.BANK_FILE)


def test_sepa_is_the_union_and_those_that_joined_it():
    assert {"DE", "GR", "CH", "GB", "NO", "AL", "RS"} <= SEPA
    assert not {"TR", "UA", "XK", "AE", "BR"} & SEPA
    assert all(len(country) == 2 for country in SEPA)


@pytest.mark.parametrize(
    ("trait", "method", "words"),
    [
        ("without_iban", "bank_file", "pays EUR only"),
        ("without_iban", "processor", "no account at the processor"),
        ("at_processor", "bank_file", "no IBAN"),
    ],
)
def test_a_way_that_the_account_does_not_allow_is_refused(seller, settings, trait, method, words):
    account = PayoutAccountFactory(**{trait: True})
    settings.DEFAULT_CURRENCY = account.currency
    earn(account.organization, 10_000)
    with pytest.raises(MethodNotPossible, match=words):
        ask(account.organization, currency=account.currency, method=PayoutMethod(method))


def test_a_schedule_asks_once_a_month_for_all_that_is_available(seller):
    earn(seller, 10_000)
    set_schedule(
        seller.payout_accounts.get().pk, is_active=True, user=UserFactory(staff=True), reason="Wanted"
    )
    assert (request_monthly_payouts(), request_monthly_payouts()) == (1, 0)
    payout = Payout.objects.get()
    assert (payout.amount_minor, payout.month, payout.actor) == (
        10_000,
        clock.now().date().replace(day=1),
        "system:schedule",
    )
    approval = Approval.objects.get()
    assert (approval.requested_by, approval.requested_by_account) == (None, None)


def test_a_schedule_waits_until_enough_is_available_and_can_be_stopped(seller):
    set_schedule(
        seller.payout_accounts.get().pk, is_active=True, user=UserFactory(staff=True), reason="Wanted"
    )
    assert request_monthly_payouts() == 1
    assert not Payout.objects.exists()
    earn(seller, 10_000)
    set_schedule(
        seller.payout_accounts.get().pk, is_active=False, user=UserFactory(staff=True), reason="Not wanted"
    )
    assert request_monthly_payouts() == 0
    assert not Payout.objects.exists()


def test_an_organisation_without_an_account_or_a_sale_has_none(seller):
    with pytest.raises(PayoutAccountMissing):
        ask(OrganizationFactory())
