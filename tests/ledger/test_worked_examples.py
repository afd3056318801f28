"""The books as an accountant reads them: post, then look at the balances."""

import pytest
from django.db import IntegrityError

from charges.collection.single import collect_charge
from ledger.balances import read_balance
from ledger.models import AccountKind, LedgerAccount, TransactionKind
from ledger.postings import CLEARING, REVENUE, AccountRef
from operations.factories import ChargeFactory, OrganizationFactory
from tests.ledger.posting import post

pytestmark = pytest.mark.django_db(transaction=True)


def balances(livemode=True) -> dict[str, int]:
    accounts = LedgerAccount.objects.filter(livemode=livemode)
    return {account.kind: read_balance(account.pk) for account in accounts}


def test_a_sale_of_two_at_one_dollar_with_twenty_percent():
    collect_charge(ChargeFactory(activated=True, price_minor=100, quantity=2).pk)
    assert balances() == {"buyer_clearing": 200, "seller_payable": -160, "commission_revenue": -40}


def test_a_test_sale_has_the_same_lines_in_accounts_of_its_own():
    collect_charge(ChargeFactory(activated=True, price_minor=100, quantity=2, test=True).pk)
    assert balances(livemode=True) == {}
    assert balances(livemode=False) == {
        "buyer_clearing": 200,
        "seller_payable": -160,
        "commission_revenue": -40,
    }


@pytest.mark.parametrize(
    ("price", "commission", "seller"),
    [
        (1, 0, 1),
        (2, 0, 2),
        (3, 1, 2),
        (99, 20, 79),
        (12, 2, 10),
        (13, 3, 10),
        (99_999_999, 20_000_000, 79_999_999),
    ],
)
def test_the_commission_is_rounded_half_up_and_the_seller_gets_the_remainder(price, commission, seller):
    collect_charge(ChargeFactory(activated=True, price_minor=price, quantity=1).pk)
    expected = {"buyer_clearing": price, "seller_payable": -seller, "commission_revenue": -commission}
    assert balances() == {kind: amount for kind, amount in expected.items() if amount}


def test_a_sale_without_commission_has_two_lines():
    seller = OrganizationFactory()
    moves = {CLEARING: 500, AccountRef(AccountKind.SELLER_PAYABLE, seller.pk): -500, REVENUE: 0}
    post(TransactionKind.COLLECTION, "charge:gift", moves)
    assert balances() == {"buyer_clearing": 500, "seller_payable": -500}


def test_a_fee_taken_from_a_seller_moves_from_payable_to_revenue():
    collect_charge(ChargeFactory(activated=True, price_minor=1000, quantity=1).pk)
    payable = LedgerAccount.objects.get(kind=AccountKind.SELLER_PAYABLE)
    moves = {AccountRef(AccountKind.SELLER_PAYABLE, payable.organization_id): 25, REVENUE: -25}
    post(TransactionKind.WITHDRAWAL, "fee:payout-1", moves)
    assert balances() == {"buyer_clearing": 1000, "seller_payable": -775, "commission_revenue": -225}


def test_what_has_one_source_is_posted_once():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    moves = {CLEARING: 200, AccountRef(AccountKind.SELLER_PAYABLE, charge.payee_id): -200}
    with pytest.raises(IntegrityError, match="one_transaction_per_source"):
        post(TransactionKind.COLLECTION, charge.key, moves)
    assert balances() == {"buyer_clearing": 200, "seller_payable": -160, "commission_revenue": -40}
