"""Pages of a buyer's rows, newest first, each from behind the last row of the page before.

Newest first by creation and not by id: for an order by id, PostgreSQL may walk a whole table backwards in
search of one buyer's few rows; for this one, only an index that begins with the buyer is of use.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

SHOWN = 20
NEWEST = ("-created_at", "-id")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the id behind which older ones are, if there are any."""

    rows: list[Row]
    older: UUID | None


def take_page(rows: QuerySet[Row], *, of: Q, before: UUID | None = None, size: int = SHOWN) -> Page[Row]:
    """Return a page of those rows that are `of` some kind.

    The row that `before` names may be of another kind by now; an unknown one leads to the first page.
    """
    wanted = rows.filter(of)
    mark = rows.filter(public_id=before).values_list("created_at", "pk").first() if before else None
    if mark is not None:
        wanted = wanted.filter(Q(created_at__lt=mark[0]) | Q(created_at=mark[0], pk__lt=mark[1]))
    found = list(wanted.order_by(*NEWEST)[: size + 1])
    older = getattr(found[size - 1], "public_id") if len(found) > size else None  # noqa: B009 - no model
    return Page(found[:size], older)
