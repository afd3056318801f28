"""Money that goes out to customers: only with permission, only so much a day, and once."""

import pytest

from charges.models import ChargeStatus
from customers.models import Merchant
from ledger.models import LedgerTransaction
from operations.factories import CustomerFactory, MerchantFactory, PlanFactory
from tests.money import run_at_once, seller_balance
from tests.subscriptions.clients import charges_of, subscribe
from tests.subscriptions.stories import at
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def pay_out(merchant: Merchant, amount: int = 1000, **fields):
    plan = PlanFactory(merchant=merchant, kind="disbursement", amount_minor=amount)
    subscription = subscribe(plan, CustomerFactory(merchant=merchant), **fields)
    return subscription, charges_of(subscription)[0]


def test_a_payout_leaves_the_merchants_balance():
    merchant = MerchantFactory()
    subscription, payout = pay_out(merchant)
    assert (payout.kind, payout.status) == ("disbursement", ChargeStatus.SUCCESS)
    posted = LedgerTransaction.objects.get(reference=payout.key)
    assert sorted(posted.entries.values_list("account__kind", "amount_minor")) == [
        ("buyer_clearing", -1000),
        ("seller_payable", 1000),
    ]
    assert seller_balance(payout) == -1000
    at(days=28)
    assert [charge.status for charge in charges_of(subscription)] == [ChargeStatus.SUCCESS] * 2
    assert_books_are_sound()


def test_without_permission_it_fails_and_says_who_can_help():
    _, payout = pay_out(MerchantFactory(may_pay_out=False))
    assert (payout.status, payout.failure_count) == (ChargeStatus.FAILED, 1)
    assert payout.failure_message == (
        "Payouts are not permitted for this company; the operator has to allow them."
    )
    assert not payout.attempts.exists()
    assert_books_are_sound()


def test_above_the_daily_limit_it_waits_for_the_next_day():
    merchant = MerchantFactory(daily_payout_limit_minor=1500)
    pay_out(merchant)
    _, second = pay_out(merchant)
    assert (second.status, second.failure_count) == (ChargeStatus.PROCESSED, 1)
    assert second.failure_message == "The daily payout limit of 15.00 USD would be exceeded."
    at(days=1)
    second.refresh_from_db()
    assert second.status == ChargeStatus.SUCCESS
    assert_books_are_sound()


def test_payouts_at_once_do_not_fit_under_the_limit_together():
    merchant = MerchantFactory(daily_payout_limit_minor=2500)
    results = run_at_once(*[lambda: pay_out(merchant)[1].status] * 4)
    assert sorted(results) == [ChargeStatus.PROCESSED] * 2 + [ChargeStatus.SUCCESS] * 2
    assert_books_are_sound()


def test_a_payout_without_an_answer_counts_until_it_is_known():
    merchant = MerchantFactory(daily_payout_limit_minor=1500)
    _, lost = pay_out(merchant, funding_source="/v1/bank_accounts/timeout_after")
    assert lost.status == ChargeStatus.PROCESSED
    _, second = pay_out(merchant)
    assert second.status == ChargeStatus.PROCESSED
    at(minutes=5)
    lost.refresh_from_db()
    assert lost.status == ChargeStatus.SUCCESS
