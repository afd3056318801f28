"""A figure on the first page of the admin, and counting no further than it shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

MANY = 1_000
NONE_DUE = "none is due"


@dataclass(frozen=True, slots=True)
class Concern:
    """One figure, where it leads to, and whether it calls for somebody."""

    title: str
    value: str
    address: str
    alarming: bool
    remark: str = ""

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing of it is there."""
        return self.value in ("0", NONE_DUE)


def count(rows: QuerySet[Any]) -> int:
    """Return how many rows there are, or one more than MANY."""
    return len(rows.order_by().values_list("pk", flat=True)[: MANY + 1])


def count_live(rows: QuerySet[Any], *, tests: Q) -> tuple[int, str]:
    """Return how many rows are no tests, which the lists show, and in words how many are."""
    is_test = ExpressionWrapper(tests, BooleanField())
    among = list(rows.order_by().annotate(is_test=is_test).values_list("is_test", flat=True)[: MANY + 1])
    if len(among) <= MANY:
        live, found = among.count(False), among.count(True)
    else:
        live, found = count(rows.exclude(tests)), count(rows.filter(tests))
    return live, f"and {write_count(found)} of test money" if found else ""


def write_count(found: int) -> str:
    """Write such a number."""
    return f"{MANY:,}+" if found > MANY else f"{found:,}"
