"""A seller's monthly statements over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bookkeeping.errors import StatementNotFound
from bookkeeping.models import PARTS
from bookkeeping.month_names import read_month
from bookkeeping.statements.figures import Line
from bookkeeping.statements.reading import (
    SellerStatement,
    find_books,
    list_statements,
    read_statement,
    read_statements,
)
from core.errors import InvalidField
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.filters import read_currency
from dialects.text.pagination import PAGE_SIZE, parse_uuid, read_once
from dialects.text.rendering import render_instant
from dialects.text.statement_schema import describe_statements
from ledger.day_trees.prove import describe_day


@extend_schema_view(**describe_statements())
class StatementViewSet(TextViewSet):
    """What each month was for the organisation of the token's user; live money only."""

    authentication_classes = [BearerAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only those in who may see money. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_ledger()

    def list(self, request: Request) -> Response:
        """List the statements of closed months, newest first, from before a month on."""
        text = read_once(request.GET, "before")
        before = None if text is None else read_month_of("before", text)
        seller = get_caller(request).organization_id
        found = list_statements(seller, before=before)
        headers = {}
        if found.older_than is not None:
            headers["Link"] = link_to(request, before=f"{found.older_than:%Y-%m}")
        return Response({"result": render_statements(found.statements)}, headers=headers)

    def retrieve(self, request: Request, month: str) -> Response:
        """Show one month, a statement for each currency; one that is not closed may still change."""
        found = read_statements(get_caller(request).organization_id, starts_at=read_month(month))
        return Response({"result": render_statements(found)})

    @action(detail=True)
    def lines(self, request: Request, month: str) -> Response:
        """List the lines of a statement, the oldest first."""
        currency = read_currency(request)
        after = read_cursor(read_once(request.GET, "after"))
        found = read_statement(
            get_caller(request).organization_id, starts_at=read_month(month), currency=currency
        )
        lines = found.list_lines(after=found.find_place(after), limit=PAGE_SIZE + 1)
        shown = lines[:PAGE_SIZE]
        headers = {}
        if len(lines) > PAGE_SIZE:
            headers["Link"] = link_to(request, currency=currency, after=str(shown[-1].public_id))
        return Response({"result": [render_line(line) for line in shown]}, headers=headers)


def read_month_of(field: str, text: str) -> datetime:
    """Return the month that a query parameter names. Raises InvalidField."""
    try:
        return read_month(text)
    except StatementNotFound:
        raise InvalidField(field, "must be a month such as 2026-11") from None


def read_cursor(text: str | None) -> UUID | None:
    """Return the line that `after` names. Raises InvalidField."""
    cursor = None if text is None else parse_uuid(text)
    if text is not None and cursor is None:
        raise InvalidField("after", "must be taken from a Link header")
    return cursor


def link_to(request: Request, **query: str) -> str:
    """Return a Link header to the next page."""
    return f'<{request.build_absolute_uri(request.path)}?{urlencode(query)}>; rel="next"'


def render_statements(statements: Sequence[SellerStatement]) -> list[dict[str, Any]]:
    """Return statements, each with the signed day that holds it."""
    books = {ends_at: describe_day(tree) for ends_at, tree in find_books(statements).items()}
    return [render_statement(each, books.get(each.ends_at)) for each in statements]


def render_statement(statement: SellerStatement, books: dict[str, Any] | None) -> dict[str, Any]:
    """Return a statement; amounts are in cents, positive where they add to what the seller is owed."""
    figures = statement.figures
    return {
        "month": f"{statement.starts_at:%Y-%m}",
        "currency": statement.currency,
        "final": statement.is_final,
        "opening_balance": figures.opening_minor,
        **{part: getattr(figures, f"{part}_minor") for part in PARTS},
        "closing_balance": figures.closing_minor,
        "lines": figures.line_count,
        "lines_sha256": figures.lines_hash if statement.is_final else None,
        "books": books,
    }


def render_line(line: Line) -> dict[str, Any]:
    """Return a line of a statement, in cents."""
    return {
        "id": str(line.public_id),
        "name": line.description,
        "type": line.part,
        "gross": line.gross_minor,
        "commission": line.commission_minor,
        "net": line.net_minor,
        "created_at": render_instant(line.created_at),
        "occurred_at": None if line.occurred_at is None else render_instant(line.occurred_at),
    }
