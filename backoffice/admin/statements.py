"""Sellers' statements of closed months, to look at and to send."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.html import format_html_join
from unfold.decorators import action

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.exported_columns import STATEMENTS
from backoffice.admin.filters import filter_amounts, filter_book_days
from backoffice.admin.seller_filters import HolderFilter
from backoffice.columns import keep_together, link, money
from backoffice.search.lists import list_organizations
from bookkeeping.models import Statement
from bookkeeping.statements import csv_file
from bookkeeping.statements.reading import SellerStatement
from bookkeeping.statements.wording import list_parts
from core.replica import stream_from_replica


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """What each month was for each seller."""

    seller = link("organization", "seller")
    month_link = link("month", "month")
    opening = money("opening_minor", "opening")
    closing = money("closing_minor", "closing")
    list_display = ("closing", "opening", "month_link", "seller", "id")
    totalled = ("currency", "closing_minor")
    exported = STATEMENTS
    list_select_related = ("month", "organization")
    list_filter = (
        filter_book_days("month__starts_at", "first day of the month"),
        filter_amounts("closing_minor"),
        HolderFilter,
    )
    linked_filters = ("month__id__exact", "organization__id__exact")
    search_fields = ("id",)
    search_help_text = "Organisation, licence or organisation id"
    actions_detail = ("lines_csv", "page_pdf")
    fields = (("month_link", "seller"), "parts", ("line_count", "lines_hash"))
    readonly_fields = ("month_link", "seller", "parts")

    def find(self, term: str) -> Q:
        """Find by seller."""
        return Q(organization__in=list_organizations(term))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """Fetch month and seller along."""
        statements: QuerySet[Statement] = super().get_queryset(request)
        return statements.select_related("month", "organization")

    @admin.display(description="figures")
    def parts(self, statement: Statement) -> str:
        """Show what the opening balance and the parts come to."""
        lines = list_parts(SellerStatement.of_closed(statement))
        return format_html_join(
            "", "<p>{}: {}</p>", ((name, keep_together(str(each))) for name, each in lines)
        )

    @action(description="All lines (CSV)", url_path="csv")
    def lines_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the lines."""
        found = self._find(request, object_id)
        return StreamingHttpResponse(
            stream_from_replica(csv_file.write_statement(found)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{found.file_name}.csv"'},
        )

    @action(description="Statement (PDF)", url_path="pdf")
    def page_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the page."""
        # Here, so that pages load without reportlab.
        from bookkeeping.statements import pdf

        found = self._find(request, object_id)
        return HttpResponse(
            pdf.write_statement(found),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{found.file_name}.pdf"'},
        )

    def _find(self, request: HttpRequest, object_id: str) -> SellerStatement:
        statement = self.get_object(request, unquote(object_id))
        if statement is None:
            raise Http404
        if not self.has_view_permission(request, statement):
            raise PermissionDenied
        return SellerStatement.of_closed(statement)
