"""Answer a list: a page of it, or all that its filters show as CSV."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation

from bookkeeping.exports.cells import write_rows
from console.lists.paging import SHOWN, Page
from console.lists.sheet import CSV_PORTION, Sheet
from console.looks import render_console
from console.page_access import LANGUAGE, Member
from core.errors import InvalidField
from core.replica import stream_from_replica

CSV = "csv"


def answer_list(
    request: HttpRequest,
    member: Member,
    sheet: Sheet,
    *,
    context: dict[str, Any] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponseBase:
    """Show a page of a list; `?format=csv` sends the whole list, `?before=` goes on behind a place.

    Raises ConsolePageNotFound.
    """
    before = sheet.query.get("before", "")
    behind = sheet.read_place(before) if before else None
    notice = ""
    try:
        page, lines = sheet.read(behind=behind, shown=SHOWN)
        if sheet.query.get("format") == CSV:
            return send_csv(sheet)
    except InvalidField as refusal:
        page, lines, notice = Page([], None, is_cut=False), [], f"{refusal.field} {refusal}."
        status = HTTPStatus.BAD_REQUEST
    shown = {
        "sheet": sheet,
        "here": reverse(f"console_{sheet.name}"),  # A refused form shows the list at its own address.
        "page": page,
        "lines": lines,
        "is_first": behind is None,
        "older": page.older and sheet.write_query(before=sheet.write_place(page.older)),
        "newest": sheet.write_query(),
        "file": sheet.write_query(format=CSV),
        **({"notice": notice} if notice else {}),
    }
    return render_console(request, member, sheet.template, shown | (context or {}), status=status)


def send_csv(sheet: Sheet) -> StreamingHttpResponse:
    """Send all that the filters show, as it is read."""
    name = f"{sheet.name}-{'live' if sheet.member.livemode else 'test'}.csv"
    return StreamingHttpResponse(
        stream_from_replica(_stream(sheet)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _stream(sheet: Sheet) -> Iterator[str]:
    """Yield the lines of the file: page after page, after the request that asked for them."""
    with translation.override(LANGUAGE), timezone.override(sheet.member.account.zone):
        yield from write_rows([sheet.columns])
        behind = None
        while True:
            page, lines = sheet.read(behind=behind, shown=CSV_PORTION)
            yield from write_rows(map(sheet.write, lines))
            if page.older is None:
                return
            behind = page.older
