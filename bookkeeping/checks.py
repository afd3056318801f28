"""What must be green before a month is closed."""

from typing import NamedTuple

from bookkeeping.models import Reading
from bookkeeping.reconciliation.reading import list_gateways
from charges.models import Attempt, AttemptState
from charges.models.attempt import OPEN_STATES
from ledger.as_of import read_trial_balance
from ledger.models import Month
from operations.invariants.approvals import APPROVALS
from operations.invariants.disputes import DISPUTES
from operations.invariants.invoices import INVOICES
from operations.invariants.money import MONEY
from operations.invariants.months import MONTHS
from operations.invariants.payouts import PAYOUTS
from operations.invariants.receivables import RECEIVABLES
from operations.verification import find_breaches

MANY = 100
BALANCE = "balance"
# What is about money. What is only behind with its work is no reason to leave a month open.
OF_MONEY = tuple(
    invariant
    for invariant in (*MONEY, *DISPUTES, *APPROVALS, *PAYOUTS, *MONTHS, *INVOICES, *RECEIVABLES)
    if not invariant.liveness
)


class Check(NamedTuple):
    """One thing that must be true of a month; `found` says what is not, and is empty when it is."""

    name: str
    sentence: str
    found: str

    @property
    def is_green(self) -> bool:
        """Say whether it holds."""
        return not self.found


def list_quick_checks(month: Month) -> list[Check]:
    """Return the checks that cost little; a page may show them."""
    return [
        Check("earlier", "Every earlier month is closed.", _find_earlier(month)),
        Check("attempts", "Every attempt of the month has an answer.", _count_open_attempts(month)),
        Check("lists", "The lists of the processors were read after its end.", _find_unread(month)),
        check_differences(month),
    ]


def check_differences(month: Month) -> Check:
    """Return whether all that was found is settled."""
    return Check("differences", "The lists differ in nothing that is not settled.", _count_differences(month))


def list_thorough_checks() -> list[str]:
    """Return the names of the checks that read the whole of the books."""
    return [BALANCE, *(invariant.id for invariant in OF_MONEY)]


def check_thoroughly(month: Month, name: str) -> Check:
    """Return one of these checks. Call it outside transactions."""
    if name == BALANCE:
        return Check(name, "Debits and credits of each currency are equal.", _find_imbalance(month))
    [invariant] = (each for each in OF_MONEY if each.id == name)
    is_broken = bool(find_breaches([invariant]))
    return Check(name, invariant.sentence, f"{name} is broken." if is_broken else "")


def _find_earlier(month: Month) -> str:
    earlier = (
        Month.objects.filter(starts_at__lt=month.starts_at, closed_at=None).order_by("starts_at").first()
    )
    return "" if earlier is None else f"{earlier} is open."


def _count_open_attempts(month: Month) -> str:
    # On a merchant's own account no money of the marketplace moves.
    found = Attempt.objects.filter(
        livemode=True,
        on_own_account=False,
        sent_at__lt=month.ends_at,
        state__in=[*OPEN_STATES, AttemptState.NEEDS_REVIEW],
    )
    return _say_how_many(len(found.order_by().values_list("pk")[: MANY + 1]), "without a final answer")


def _find_unread(month: Month) -> str:
    since = month.fenced_at or month.ends_at
    read = set(Reading.objects.filter(month=month, finished_at__gte=since).values_list("gateway", flat=True))
    unread = [gateway for gateway in list_gateways() if gateway not in read]
    return f"Not read to its end: {', '.join(unread)}." if unread else ""


def _count_differences(month: Month) -> str:
    found = month.differences.filter(settled_at=None)
    return _say_how_many(len(found.order_by().values_list("pk")[: MANY + 1]), "to settle")


def _find_imbalance(month: Month) -> str:
    out_by: dict[str, int] = {}
    for line in read_trial_balance(month.ends_at):
        out_by[line.currency] = out_by.get(line.currency, 0) + line.debit_minor - line.credit_minor
    return "; ".join(f"{currency} is out by {minor}" for currency, minor in out_by.items() if minor)


def _say_how_many(found: int, what: str) -> str:
    number = f"More than {MANY}" if found > MANY else str(found)
    return f"{number} {what}." if found else ""
