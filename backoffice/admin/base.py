"""Base classes of admin pages: uncounted lists, no deletion, money read-only."""

import re
from collections.abc import Iterator, Sequence
from types import MethodType
from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.html import escape
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from backoffice.admin.change_log import describe_changes
from backoffice.admin.exports import Exported, write_file
from backoffice.admin.filters import FROM, LIVE, TO, FormFilter, ModeFilter, usual_mode
from backoffice.admin.spreadsheets import MOST_ROWS, has_too_many_rows, write_spreadsheet
from backoffice.admin.totals import Totals, add_up_rows, name_kind
from backoffice.list_texts import TEXTS
from backoffice.log_in.second_factor import ask_anew
from backoffice.paginator import InfinitePaginator
from core import clock
from core.replica import stream_from_replica

# The names of its look-ups in an address, behind a field that a list is filtered by.
OFFERED = ("", "__exact", "__isnull")
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
EXPORT = "export"  # The parameter that asks for a file of what a list shows.
CSV, XLSX = "csv", "xlsx"
TOO_MANY = f"A spreadsheet takes up to {MOST_ROWS:,} rows: filter the list, or download it as CSV."


class BillingChangeList(ChangeList):
    """Refuses what an address asks a list for and no query can be made of."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order of the list. Raises DisallowedModelAdminLookup for another: no index has it.

        Rows that an index by days finds are in its order.
        """
        if ORDER_VAR in self.params:
            raise DisallowedModelAdminLookup("No column is to be sorted by.")
        day = self.model_admin.day_field
        narrowed = (f"{day}{FROM}", f"{day}{TO}", *self.model_admin.found_by_day)
        if day and any(request.GET.get(name) for name in narrowed):
            return [f"-{day}", "-pk"]
        ordering: list[Any] = super().get_ordering(request, queryset)
        return ordering

    @cached_property
    def totals(self) -> Totals | None:
        """What the rows come to that the filter shows, of all pages; None when nothing is filtered."""
        said = {name for name, value in self.filter_params.items() if any(value)}
        if not self.model_admin.totalled or not (said or self.query):
            return None
        return add_up_rows(
            self.queryset,
            self.model_admin.totalled,
            self.model_admin.name_total,
            is_test=next((each.is_test for each in list_modes(self.list_filter)), self.model_admin.is_test),
        )

    @property
    def export_addresses(self) -> list[tuple[str, str]]:
        """The kinds of files of what the filter shows, and their addresses."""
        return [(kind.upper(), self.get_query_string({EXPORT: kind}, [PAGE_VAR])) for kind in (CSV, XLSX)]

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


def is_superuser(request: HttpRequest) -> bool:
    """Say whether a superuser asks: they alone decide about staff, permissions and the operator."""
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


def list_modes(filters: Sequence[Any]) -> Iterator[type[ModeFilter]]:
    """Yield the filter of live and test money among the filters of a list."""
    return (each for each in filters if isinstance(each, type) and issubclass(each, ModeFilter))


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
    list_filter_submit = True
    list_before_template = "admin/lists/summary.html"
    day_field = ""  # The field by whose days an index finds rows.
    found_by_day: tuple[str, ...] = ()  # Other filters whose indexes go by days.
    totalled: tuple[str, ...] = ()  # Fields that tell sums apart, the currency and the cents.
    is_test: Q | None = None  # Which rows are test money, where no filter says so.
    exported: tuple[Exported, ...] = ()
    grants: tuple[str, ...] = ("view", "add", "change")  # Django's permissions that let people do something.
    linked_filters: tuple[str, ...] = ()  # Look-ups that links on other pages ask this list for.
    filled_in: tuple[str, ...] = ()  # Keys of rows that a link fills in on the form of a new one.
    form_needs_factor = False  # Whoever may fill the form in has given the second factor lately.

    @property
    def says(self) -> str:
        """What this list holds, and when a row appears."""
        return TEXTS.get(self.opts.label, "")

    def name_total(self, *kind: str) -> str:
        """Say what a sum above the list is of, by the values of the fields that tell sums apart."""
        return name_kind(*kind)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes: what was once referred to stays."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the filters of the list and those of links to it.

        Django would let an address ask for any column, a letter of a secret's hash after the other.
        """
        return lookup in {*self.linked_filters, *self._list_filters(request)}

    def _list_filters(self, request: HttpRequest) -> Iterator[str]:
        for declared in self.get_list_filter(request):
            if isinstance(declared, str):
                yield from (f"{declared}{lookup}" for lookup in OFFERED)
            elif issubclass(declared, FormFilter):
                yield from declared.list_fields()
            else:
                yield declared.parameter_name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in declared keys of rows from an address; who types any other value there changes nothing."""
        said = {name: request.GET.get(name, "") for name in self.filled_in}
        return {name: key for name, key in said.items() if KEY.fullmatch(key)}

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Return what the log keeps of a form: old and new values."""
        return describe_changes(form, is_new=add)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, those of instants to the minute."""
        return [self._shorten(column) for column in self.choose_columns(request)]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """Return the columns that lead to the page of a row, as the list has them."""
        named = super().get_list_display_links(request, list_display)
        return named and [self._shorten(column) for column in named]

    def _shorten(self, column: Any) -> Any:
        name = column if isinstance(column, str) else ""  # What is shortened already is no name any more.
        brief = getattr(getattr(type(self), name, None), "in_list", None)
        return MethodType(brief, self) if brief else column

    def choose_columns(self, request: HttpRequest) -> Sequence[Any]:
        """Leave out whether money is live where all of it is."""
        columns: Sequence[Any] = super().get_list_display(request)
        has_mode = any(list_modes(self.get_list_filter(request)))
        if has_mode and (request.GET.get("mode") or usual_mode(request)) == LIVE:
            return [column for column in columns if column != "in_mode"]
        return columns

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse | StreamingHttpResponse:
        """Show the list, or send a file of what it shows."""
        if not self._are_ids(request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return HttpResponseBadRequest("No such row can be ticked.")
        if EXPORT not in request.GET or not self.exported:
            return super().changelist_view(request, extra_context)
        if not self.has_view_permission(request):
            raise PermissionDenied
        said = request.GET.copy()
        [kind] = said.pop(EXPORT)[-1:]
        request.GET = said  # type: ignore[assignment]
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseBadRequest("The list cannot be filtered so.")
        name = f"{self.opts.verbose_name_plural}-{clock.now():%Y-%m-%d}".replace(" ", "-")
        first = rows.query.order_by[0]
        by = first[1:] if first.startswith("-") else "pk"
        if kind == XLSX:
            if has_too_many_rows(rows):
                messages.error(request, TOO_MANY)
                return redirect(f"{request.path}?{said.urlencode()}")
            return StreamingHttpResponse(
                stream_from_replica(write_spreadsheet(rows, self.exported, by=by)),
                content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
            )
        return StreamingHttpResponse(
            stream_from_replica(write_file(rows, self.exported, by=by)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    def _are_ids(self, ticked: list[str]) -> bool:
        """Say whether these can be ids of rows; Django's queries fail for others."""
        try:
            return all(self.opts.pk.clean(each, None) is not None for each in ticked)
        except ValidationError:
            return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or keep the form, to who may fill it in after the second factor where that is needed."""
        may_fill = self.has_add_permission(request) or self.has_change_permission(request)
        if self.form_needs_factor and may_fill and (way := ask_anew(request)):
            return way
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return response

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

    grants: tuple[str, ...] = ("view",)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Leave out tables without rows."""
        return [table for table in super().get_inline_formsets(*args, **kwargs) if table.formset.forms]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come about by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows change by services only."""
        return False
