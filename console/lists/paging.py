"""Pages of a list, newest first, that cost the same however far down and however rare what is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThanOrEqual, TupleLessThan

SHOWN = 50
SCANNED = 5_000  # Rows that one page looks through for those that a filter keeps.

Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list. `older` is the place to go on behind, None at the end.

    `is_cut` says that the page ends where enough rows were looked through, and not where it is full.
    """

    rows: list[Any]
    older: Place | None
    is_cut: bool


def read_page(
    rows: QuerySet[Any], narrow: Q, *, keys: Sequence[str], behind: Place | None, shown: int = SHOWN
) -> Page:
    """Return the rows behind a place that the filter keeps.

    An index has the rows in the order of the keys. What the filter keeps may be rare, so it looks through
    SCANNED rows and no more.
    """
    ordered = rows.order_by(*(f"-{key}" for key in keys))
    if behind is not None:
        ordered = ordered.filter(_is_before(keys, behind))
    edge = _find_edge(ordered, keys) if narrow else None
    if edge is not None:
        ordered = ordered.filter(_is_not_before(keys, edge))
    found = list(ordered.filter(narrow)[: shown + 1])
    if len(found) > shown:
        last = tuple(getattr(found[shown - 1], key) for key in keys)
        return Page(found[:shown], last, is_cut=False)
    return Page(found, edge, is_cut=edge is not None)


def _find_edge(ordered: QuerySet[Any], keys: Sequence[str]) -> Place | None:
    for place in ordered.values_list(*keys)[SCANNED - 1 : SCANNED]:
        return tuple(place)
    return None


def _is_before(keys: Sequence[str], place: Place) -> Any:
    return Q(**{f"{keys[0]}__lt": place[0]}) if len(keys) == 1 else TupleLessThan(tuple(keys), place)


def _is_not_before(keys: Sequence[str], place: Place) -> Any:
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__gte": place[0]})
    return TupleGreaterThanOrEqual(tuple(keys), place)
