"""Base classes of admin pages: uncounted lists, no deletion, money read-only."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import escape
from unfold.admin import ModelAdmin, TabularInline
from unfold.views import ChangeList

from backoffice.paginator import InfinitePaginator


class BillingChangeList(ChangeList):
    """Refuses what an address asks a list for and no query can be made of."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page. Raises IncorrectLookupParameters, for which Django shows the list without filters.

        Django knows of fewer: a year such as 99999 fails when the query is written, an array that is none
        in the database.
        """
        try:
            super().get_results(request)
        except Exception as error:
            if self.get_filters_params():
                raise IncorrectLookupParameters(error) from error
            raise


class BillingAdmin(ModelAdmin):
    """A list by primary key, newest first, that costs the same whatever the table holds."""

    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    actions: Sequence[str] | None = None
    view_on_site = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes: what was once referred to stays."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return what makes the list."""
        return BillingChangeList

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; what models say about their fields is words, while Django takes it for markup."""
        kwargs["help_texts"] = {
            field.name: escape(field.help_text) for field in self.model._meta.concrete_fields
        } | kwargs.get("help_texts", {})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """What a row has only once it is there is not asked for when it is made."""
        hidden = () if obj else self.get_readonly_fields(request, obj)
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args: Any, **kwargs: Any
    ) -> Paginator:
        """Count only the log of one row, whose page is Django's and shows numbers."""
        if queryset.model is LogEntry:
            return Paginator(queryset, per_page)
        return super().get_paginator(request, queryset, per_page, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep the rows that the admin's `find` names; a term is taken whole, names have blanks."""
        term = search_term.strip()
        return (queryset.filter(self.find(term)) if term else queryset), False

    def find(self, term: str) -> Q:
        """Return what a search term stands for in this list."""
        raise NotImplementedError


class ReadOnlyAdmin(BillingAdmin):
    """Rows to look at: no page, form or action changes them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come about by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows change by services only."""
        return False


class ReadOnlyInline(TabularInline):
    """Rows of another table on the page of the one they belong to."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    tab = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come about by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows change by services only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False


class NewestFormSet(BaseInlineFormSet):
    """The newest rows and no more; a list shows all of them."""

    at_most = 24

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows to show."""
        if not hasattr(self, "_newest"):
            self._newest = super().get_queryset()[: self.at_most]
        return self._newest


class NewestInline(ReadOnlyInline):
    """The newest rows of many, newest first."""

    formset = NewestFormSet
    ordering = ("-pk",)
