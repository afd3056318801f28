"""A month is closed once its checks are green, and stays as it was."""

import pytest

from ledger.models import MonthBalance
from tests.bookkeeping.months import close, sell

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_month_with_a_sale_is_closed_with_its_figures():
    sell()
    month = close()
    assert month.closed_by == "staff:anna"
    assert {b.account.kind: (b.opening_minor, b.closing_minor) for b in MonthBalance.objects.all()} == {
        "buyer_clearing": (0, 200),
        "seller_payable": (0, -160),
        "commission_revenue": (0, -40),
    }
    statement = month.statements.get()
    assert (statement.sales_minor, statement.commission_minor, statement.closing_minor) == (200, -40, 160)
