"""An invariant: a sentence about the data, and a query for the rows that break it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

Row = dict[str, Any]
# The clocks of two machines differ, and one that runs ahead is set back: the first of two acts may then
# have the later time.
CLOCKS_APART = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Part:
    """What an invariant says of the rows of a join (`operations.invariants.joins`) that others look at, too.

    `broken` is true of a row that breaks it, and never of another; `shown` are the columns to tell which.
    """

    joined: str
    shown: str
    broken: str

    def write_sql(self) -> str:
        """Return SQL for the rows that break it, each once."""
        return f"SELECT DISTINCT {self.shown} FROM {self.joined} WHERE {self.broken}"


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is true of the books at any moment: the query finds the rows of which it is not.

    `sql` may use %(now)s and the named values of `params`, as `parts` may, which stand beside it or in its
    place; `search` stands in for it where SQL alone cannot tell. An invariant with `liveness` says that work
    gets done in time, not that books are right.
    """

    id: str
    sentence: str
    sql: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    search: Callable[[], list[Row]] | None = None
    hint: str = ""
    liveness: bool = False
    parts: tuple[Part, ...] = ()
