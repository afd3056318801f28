"""The seller's own statements: a list of months, one month, and its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookkeeping.errors import StatementNotFound
from bookkeeping.month_names import read_month
from bookkeeping.statements import csv_file
from bookkeeping.statements.reading import (
    SellerStatement,
    list_open_months,
    list_statements,
    read_statement,
    read_statements,
)
from bookkeeping.statements.wording import list_parts
from checkout.billing_role import for_billing_role
from core.local_formats import write_money
from core.replica import stream_from_replica
from customers.models import Account


@for_billing_role
@require_safe
def statements_page(request: HttpRequest, account: Account) -> HttpResponse:
    """List the statements of closed months, the newest first; `before` is a month to go on from."""
    before = read_month(request.GET["before"]) if "before" in request.GET else None
    found = list_statements(account.organization_id, before=before)
    context = {
        "account": account,
        "statements": [describe(each) for each in found.statements],
        "open_months": [] if before else list_open_months(account.organization_id),
        "older": found.older_than,
    }
    return render(request, "checkout/statements.html", context)


@for_billing_role
@require_safe
def statement_page(request: HttpRequest, account: Account, month: str) -> HttpResponse:
    """Show one month, in each currency; an open one may have nothing yet."""
    starts_at = read_month(month)
    try:
        found = read_statements(account.organization_id, starts_at=starts_at)
    except StatementNotFound:
        if starts_at not in list_open_months(account.organization_id):
            raise
        found = []
    context = {"account": account, "statements": [describe(each) for each in found], "month": starts_at}
    return render(request, "checkout/statement.html", context)


@for_billing_role
@require_safe
def statement_csv(request: HttpRequest, account: Account, month: str, currency: str) -> HttpResponseBase:
    """Send all lines of one month and currency."""
    found = read_statement(account.organization_id, starts_at=read_month(month), currency=currency)
    return StreamingHttpResponse(
        stream_from_replica(csv_file.write_statement(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.file_name}.csv"'},
    )


@for_billing_role
@require_safe
def statement_pdf(request: HttpRequest, account: Account, month: str, currency: str) -> HttpResponseBase:
    """Send one month and currency on a page."""
    # Here, so that pages load without reportlab.
    from bookkeeping.statements import pdf

    found = read_statement(account.organization_id, starts_at=read_month(month), currency=currency)
    return HttpResponse(
        pdf.write_statement(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{found.file_name}.pdf"'},
    )


def describe(statement: SellerStatement) -> dict[str, Any]:
    """Return what a template shows of a statement; amounts are in the reader's number format."""
    parts = [(name, write_money(amount)) for name, amount in list_parts(statement)]
    return {"statement": statement, "parts": parts, "closing": parts[-1][1]}
