"""Refunds in parts against a plain model: whatever the order and the failures, the shares add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charges.refunds.make import share_commission
from core.commission import round_commission

pytestmark = pytest.mark.rules


class Plain:
    """A charge of which parts are given back; a list of pairs of cents and nothing more."""

    def __init__(self, total: int, percent: int) -> None:
        self.total, self.percent, self.parts = total, percent, []

    def refund(self, cents: int) -> int:
        commission = share_commission(
            cents,
            percent=self.percent,
            refunded_minor=sum(part for part, _ in self.parts),
            returned_minor=sum(share for _, share in self.parts),
        )
        self.parts.append((cents, commission))
        return commission

    @property
    def left(self) -> int:
        return self.total - sum(part for part, _ in self.parts)


totals = st.integers(1, 99_999_999)
percents = st.integers(0, 100)


@given(totals, percents, st.lists(st.integers(1, 10_000_000), max_size=8))
def test_parts_of_any_size_give_back_exactly_the_commission_of_the_whole(total, percent, wanted):
    plain = Plain(total, percent)
    for cents in wanted:
        part = min(cents, plain.left)
        if part:
            assert 0 <= plain.refund(part) <= part
            refunded = total - plain.left
            assert sum(share for _, share in plain.parts) == round_commission(refunded, percent)
    if plain.left:
        plain.refund(plain.left)
    assert sum(share for _, share in plain.parts) == round_commission(total, percent)
    assert sum(part - share for part, share in plain.parts) == total - round_commission(total, percent)


@given(totals, percents, st.lists(st.tuples(st.integers(1, 10_000_000), st.booleans()), max_size=8))
def test_a_part_that_fails_leaves_a_cent_at_most(total, percent, wanted):
    plain = Plain(total, percent)
    for cents, fails in wanted:
        part = min(cents, plain.left)
        if part:
            plain.refund(part)
            if fails:
                plain.parts.pop()
    refunded = total - plain.left
    returned = sum(share for _, share in plain.parts)
    assert returned == round_commission(refunded, percent)


@given(totals, percents, st.lists(st.tuples(st.integers(1, 10_000_000), st.booleans()), max_size=8))
def test_no_share_is_ever_more_than_its_part_whichever_parts_fail_later(total, percent, wanted):
    plain = Plain(total, percent)
    for cents, fails_later in wanted:
        part = min(cents, plain.left)
        if part:
            assert 0 <= plain.refund(part) <= part
        if fails_later and plain.parts:
            plain.parts.pop(0)
    assert 0 <= plain.left <= total
