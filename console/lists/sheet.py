"""A list of the console: which rows it has, what narrows them, and how a row is shown and written."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from checkout.lookup import read_uuid
from console.errors import ConsolePageNotFound
from console.lists.filters import Field, make_choice, read_days
from console.lists.paging import Page, Place, read_page
from console.lookup import list_applications
from console.page_access import Member
from core.ids import find_first_id

NUMBER = re.compile("[0-9]{1,18}")
CSV_PORTION = 500


class Sheet(ABC):
    """A list as its address asks for it."""

    name: ClassVar[str]  # Of the file.
    template: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]  # Of the file.
    keys: ClassVar[tuple[str, ...]] = ("public_id",)

    def __init__(self, member: Member, query: QueryDict) -> None:
        self.member, self.query = member, query
        self.fields: list[Field] = self.list_fields()

    @abstractmethod
    def list_fields(self) -> list[Field]:
        """Return the fields above the list."""

    @abstractmethod
    def find(self) -> tuple[QuerySet[Any], Q]:
        """Return the rows of the organisation as an index has them, and what the fields narrow them by.

        Raises InvalidField, ConsolePageNotFound.
        """

    def describe(self, rows: list[Any]) -> list[Any]:
        """Return what the template shows of the rows of a page."""
        return rows

    @abstractmethod
    def write(self, line: Any) -> Sequence[Any]:
        """Return the cells of a line in the file."""

    def read(self, *, behind: Place | None, shown: int) -> tuple[Page, list[Any]]:
        """Return a page and its lines. Raises InvalidField, ConsolePageNotFound."""
        rows, narrow = self.find()
        page = read_page(rows, narrow, keys=self.keys, behind=behind, shown=shown)
        return page, self.describe(page.rows)

    def read_place(self, text: str) -> Place:
        """Return the place that an address names. Raises ConsolePageNotFound."""
        place = read_uuid(text)
        if place is None:
            raise ConsolePageNotFound
        return (place,)

    def write_place(self, place: Place) -> str:
        """Return a place as an address names it."""
        return "-".join(map(str, place))

    def write_query(self, **changes: str) -> str:
        """Return the query of this list with other values for some names."""
        said = {field.name: field.value for field in self.fields if field.value}
        return urlencode(said | changes)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is chosen in a field."""
        return any(field.value for field in self.fields)

    def within_days(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the days that are chosen: ids are in the order of time. Raises InvalidField."""
        since, until = read_days(self.query)
        if since is not None:
            rows = rows.filter(public_id__gte=find_first_id(since))
        return rows if until is None else rows.filter(public_id__lt=find_first_id(until))

    def make_application_field(self) -> Field:
        """Return the field that narrows a list to one application."""
        choices = [(each.client_id, each.name) for each in list_applications(self.member)]
        return make_choice(self.query, "app", "Application", choices)


class NumberedSheet(Sheet):
    """A list in the order of primary keys, which only its own links name."""

    keys = ("pk",)

    def read_place(self, text: str) -> Place:
        """Return the place that an address names. Raises ConsolePageNotFound."""
        if not NUMBER.fullmatch(text):
            raise ConsolePageNotFound
        return (int(text),)
