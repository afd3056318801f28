"""Which accounts a fact debits and credits: the rules alone, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commission import round_commission
from core.money import MAX_MINOR
from ledger.models import AccountKind
from ledger.postings import (
    AccountRef,
    Source,
    disbursement,
    dispute_opened,
    dispute_won,
    fee,
    old_dispute_lost,
    old_dispute_won,
    payout_locked,
    payout_returned,
    payout_settled,
    refund,
    refund_returned,
    sale,
)

pytestmark = pytest.mark.rules

SOURCE = Source("charge:1", "Extension", livemode=True, currency="USD")
CLEARING = AccountRef(AccountKind.BUYER_CLEARING)
SELLER = AccountRef(AccountKind.SELLER_PAYABLE, 7)
REVENUE = AccountRef(AccountKind.COMMISSION_REVENUE)
DISPUTED = AccountRef(AccountKind.DISPUTED)
FEES = AccountRef(AccountKind.PROCESSOR_FEES)
IN_TRANSIT = AccountRef(AccountKind.PAYOUTS_IN_TRANSIT)
totals = st.integers(1, MAX_MINOR)
percents = st.integers(0, 100)


def post(fact, total_minor: int, commission_minor: int):
    return fact(SOURCE, seller_id=7, total_minor=total_minor, commission_minor=commission_minor)


@pytest.mark.parametrize(
    ("fact", "kind", "moves"),
    [
        (sale, "collection", {CLEARING: 1000, SELLER: -800, REVENUE: -200}),
        (refund, "refund", {CLEARING: -1000, SELLER: 800, REVENUE: 200}),
        (disbursement, "disbursement", {CLEARING: -1000, SELLER: 800, REVENUE: 200}),
        (dispute_opened, "dispute_opened", {CLEARING: -1000, SELLER: 800, REVENUE: 200}),
        (dispute_won, "dispute_won", {CLEARING: 1000, SELLER: -800, REVENUE: -200}),
        (old_dispute_lost, "dispute_lost", {DISPUTED: -1000, SELLER: 800, REVENUE: 200}),
    ],
)
def test_each_fact_moves_money_its_own_way(fact, kind, moves):
    posting = post(fact, 1000, 200)
    assert (posting.kind, posting.source, posting.moves) == (kind, SOURCE, moves)


@given(totals, percents)
@pytest.mark.parametrize(
    "fact", [sale, refund, refund_returned, disbursement, dispute_opened, dispute_won, old_dispute_lost]
)
def test_every_posting_balances(fact, total_minor, percent):
    posting = post(fact, total_minor, round_commission(total_minor, percent))
    assert sum(posting.moves.values()) == 0


@given(totals, percents)
def test_a_refund_of_all_takes_a_sale_back(total_minor, percent):
    commission_minor = round_commission(total_minor, percent)
    sold, returned = (post(fact, total_minor, commission_minor).moves for fact in (sale, refund))
    assert {ref: sold[ref] + returned[ref] for ref in sold} == dict.fromkeys(sold, 0)


@given(totals, percents)
@pytest.mark.parametrize(("gone", "back"), [(dispute_opened, dispute_won), (refund, refund_returned)])
def test_what_comes_back_leaves_everybody_as_before(gone, back, total_minor, percent):
    commission_minor = round_commission(total_minor, percent)
    before, after = (post(fact, total_minor, commission_minor).moves for fact in (gone, back))
    assert {ref: before[ref] + after[ref] for ref in before} == dict.fromkeys(before, 0)


@given(totals)
def test_a_dispute_of_the_former_rule_ends_on_the_account_where_it_waited(total_minor):
    won, lost = old_dispute_won(SOURCE, total_minor=total_minor), post(old_dispute_lost, total_minor, 0)
    assert won.moves == {CLEARING: total_minor, DISPUTED: -total_minor}
    assert lost.moves[DISPUTED] == -total_minor


@pytest.mark.parametrize("cents", [59, -59])
def test_a_fee_leaves_clearing_or_comes_back(cents):
    assert fee(SOURCE, fee_minor=cents).moves == {FEES: cents, CLEARING: -cents}


def test_a_payout_is_locked_then_leaves_clearing():
    locked = payout_locked(SOURCE, seller_id=7, amount_minor=500)
    assert (locked.kind, locked.moves) == ("withdrawal", {SELLER: 500, IN_TRANSIT: -500})
    settled = payout_settled(SOURCE, amount_minor=500)
    assert (settled.kind, settled.moves) == ("payout_settled", {IN_TRANSIT: 500, CLEARING: -500})


@pytest.mark.parametrize(("was_settled", "left"), [(False, IN_TRANSIT), (True, CLEARING)])
def test_a_payout_that_comes_back_is_owed_again_from_where_it_was(was_settled, left):
    returned = payout_returned(SOURCE, seller_id=7, amount_minor=500, was_settled=was_settled)
    assert (returned.kind, returned.moves) == ("payout_returned", {left: 500, SELLER: -500})
