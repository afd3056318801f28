"""From so many cards on, those with which mostly nothing was paid are taken for card testing."""

import pytest

from charges.processor.card_testing import are_mostly_unpaid


@pytest.mark.parametrize(
    ("cards", "unpaid", "percent", "refused"),
    [
        (19, 19, 50, False),
        (20, 20, 50, True),
        (20, 10, 50, False),
        (20, 11, 50, True),
        (500, 100, 50, False),
        (500, 251, 50, True),
        (40, 1, 1, True),
        (100, 1, 1, False),
        (500, 500, 100, False),
    ],
)
def test_a_limit_holds_for_those_whose_cards_are_mostly_unpaid(cards, unpaid, percent, refused):
    assert are_mostly_unpaid(cards=cards, unpaid=unpaid, limit=20, percent=percent) is refused
