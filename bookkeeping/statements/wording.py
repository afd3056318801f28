"""What the parts of a statement are called where people read them."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from bookkeeping.models import PARTS
from bookkeeping.statements.reading import SellerStatement
from core.money import Money

NAMES = {
    "sales": _("Sales"),
    "refunds": _("Refunds"),
    "disputes": _("Disputes"),
    "disbursements": _("Disbursements to customers"),
    "fees": _("Fees"),
    "commission": _("Commission"),
    "payouts": _("Payouts"),
    "corrections": _("Corrections"),
}
ALWAYS = ("sales", "refunds", "commission", "payouts")


def list_parts(statement: SellerStatement) -> Iterator[tuple[str, Money]]:
    """Return the name and amount of each part from the opening to the closing balance; rare ones if any.

    The names are English: files are, and pages translate them.
    """
    figures = statement.figures
    yield _("Opening balance"), Money(figures.opening_minor, statement.currency)
    for part in PARTS:
        minor = getattr(figures, f"{part}_minor")
        if minor or part in ALWAYS:
            yield NAMES[part], Money(minor, statement.currency)
    yield _("Closing balance"), Money(figures.closing_minor, statement.currency)
