"""Lines of a correction: what it debits and credits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from core.errors import InvalidField
from core.money import Money
from customers.models import Organization
from ledger.models import AccountKind
from ledger.postings import AccountRef

FEWEST, MOST = 2, 4
MAX_AMOUNT_MINOR = 10**12 - 1
DEBIT, CREDIT = "debit", "credit"


class CorrectionLine(NamedTuple):
    """Cents on the debit or on the credit of one account."""

    account: AccountRef
    side: str
    amount_minor: int

    @property
    def signed_minor(self) -> int:
        """The cents as the books have them, debit positive."""
        return self.amount_minor if self.side == DEBIT else -self.amount_minor


def check_lines(lines: Sequence[CorrectionLine], currency: str) -> None:
    """Raise InvalidField unless they balance, each on an account of its own, with positive amounts."""
    if not FEWEST <= len(lines) <= MOST:
        raise InvalidField("lines", f"must be between {FEWEST} and {MOST}")
    if any(not 1 <= line.amount_minor <= MAX_AMOUNT_MINOR for line in lines):
        raise InvalidField("lines", f"must have amounts from {Money(1, currency)} on, and not that large")
    if len({line.account for line in lines}) < len(lines):
        raise InvalidField("lines", "must each be on an account of its own")
    debits = sum(line.amount_minor for line in lines if line.side == DEBIT)
    credits = sum(line.amount_minor for line in lines if line.side == CREDIT)
    if debits != credits:
        raise InvalidField(
            "lines", f"must balance: {Money(debits, currency)} debit, {Money(credits, currency)} credit"
        )


def write_line(line: CorrectionLine) -> dict[str, Any]:
    """Return a line as the terms of an approval have it; amounts are minor units (cents)."""
    holder = line.account.organization_id
    return {
        "account": line.account.kind.value,
        "organization": holder and str(Organization.objects.get(pk=holder).public_id),
        "side": line.side,
        "amount_minor": line.amount_minor,
    }


def read_line(said: Mapping[str, Any]) -> CorrectionLine:
    """Return the line that the terms of an approval have."""
    holder = said["organization"]
    found = Organization.objects.get(public_id=holder).pk if holder else None
    account = AccountRef(AccountKind(said["account"]), found)
    return CorrectionLine(account, said["side"], said["amount_minor"])
