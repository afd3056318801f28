"""Pages of a list that is never counted."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage
from unfold.paginator import InfinitePage
from unfold.paginator import InfinitePaginator as UnfoldInfinitePaginator

MAX_PAGE = 1_000


class UncountedPage(InfinitePage):
    """A page that knows whether another follows, because one row more was fetched."""

    def __init__(self, rows: Sequence[Any], number: int, paginator: "InfinitePaginator") -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self._follows = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        """Say whether there is a next page."""
        return self._follows and self.number < MAX_PAGE


class InfinitePaginator(UnfoldInfinitePaginator):
    """Fetches one row more than a page shows instead of counting; unfold's templates know it by its name.

    Pages end at MAX_PAGE, since the database walks over all the rows before a page.
    """

    template_name = "admin/uncounted_pages.html"
    has_next = False

    def page(self, number: int | str) -> UncountedPage:
        """Return one page; one past the end is empty. Raises InvalidPage."""
        place = int(self.validate_number(number))
        if place > MAX_PAGE:
            raise EmptyPage
        start = (place - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        page = UncountedPage(rows, place, self)
        self.has_next = page.has_next()
        return page
