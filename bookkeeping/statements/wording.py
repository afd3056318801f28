"""What the parts of a statement are called where people read them."""

from collections.abc import Iterator

from bookkeeping.models import PARTS
from bookkeeping.statements.reading import SellerStatement
from core.money import Money

NAMES = {
    "sales": "Sales",
    "refunds": "Refunds",
    "disputes": "Disputes lost",
    "disbursements": "Disbursements to customers",
    "fees": "Fees",
    "commission": "Commission",
    "payouts": "Payouts",
    "corrections": "Corrections",
}
ALWAYS = ("sales", "refunds", "commission", "payouts")


def list_parts(statement: SellerStatement) -> Iterator[tuple[str, Money]]:
    """Return the name and amount of each part from the opening to the closing balance; rare ones if any."""
    figures = statement.figures
    yield "Opening balance", Money(figures.opening_minor, statement.currency)
    for part in PARTS:
        minor = getattr(figures, f"{part}_minor")
        if minor or part in ALWAYS:
            yield NAMES[part], Money(minor, statement.currency)
    yield "Closing balance", Money(figures.closing_minor, statement.currency)
