"""The requests that an organisation's programs sent, kept for REQUEST_LOG_DAYS."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.exports.cells import write_instant
from console.lists.answer import answer_list
from console.lists.filters import Field, make_choice, read_choice, read_text
from console.lists.sheet import NumberedSheet
from console.lookup import list_applications, read_chosen_application
from console.page_access import Member, for_console
from customers.models import Role
from request_log.models import REFUSED_FROM, LoggedRequest

FAULTS_FROM = 500
OUTCOMES = {
    "served": Q(status__lt=REFUSED_FROM),
    "refused": Q(status__gte=REFUSED_FROM, status__lt=FAULTS_FROM),
    "failed": Q(status__gte=FAULTS_FROM),
}
WORDS = {"served": "Served", "refused": "Refused (4xx)", "failed": "Failed (5xx)"}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request, with the words of its status and the application that sent it."""

    request: LoggedRequest
    phrase: str
    look: str
    application: str


class RequestSheet(NumberedSheet):
    """Requests of the organisation's programs, the newest first."""

    name = "requests"
    template = "requests"
    columns = (
        *("answered_at", "method", "path", "status", "x_request_id", "duration_ms"),
        *("refusal", "livemode", "application"),
    )

    def list_fields(self) -> list[Field]:
        """Return the fields above the list."""
        return [
            Field("id", "X-Request-ID", self.query.get("id", "").strip()),
            make_choice(self.query, "status", "Status", WORDS.items()),
            Field("path", "Path contains", self.query.get("path", "")),
            self.make_application_field(),
        ]

    def find(self) -> tuple[QuerySet[LoggedRequest], Q]:
        """Return the rows and what narrows them. Raises InvalidField, ConsolePageNotFound."""
        request_id, outcome, path, _ = self.fields
        rows = LoggedRequest.objects.filter(organization_id=self.member.organization.pk)
        narrow = Q(livemode=self.member.livemode) | Q(livemode=None)
        if request_id.value:
            rows, narrow = rows.filter(request_id=read_text(request_id)), Q()  # In either mode: it is wanted.
        if status := read_choice(outcome):
            narrow &= OUTCOMES[status]
            if status != "served":
                rows = rows.filter(status__gte=REFUSED_FROM)  # These have an index.
        if path.value:
            narrow &= Q(path__contains=read_text(path))
        if application := read_chosen_application(self.query, self.member):
            narrow &= Q(application_id=application.pk)
        return rows, narrow

    def describe(self, rows: list[Any]) -> list[RequestLine]:
        """Return the lines of a page."""
        names = {each.pk: each.name for each in list_applications(self.member)} if rows else {}
        return [_describe(row, names.get(row.application_id, "")) for row in rows]

    def write(self, line: RequestLine) -> Sequence[Any]:
        """Return the cells of a request."""
        row = line.request
        return [
            write_instant(row.created_at),
            row.method,
            row.path,
            row.status,
            row.request_id,
            row.duration_ms,
            row.refusal,
            "" if row.livemode is None else row.livemode,
            line.application,
        ]


def _describe(row: LoggedRequest, application: str) -> RequestLine:
    try:
        phrase = HTTPStatus(row.status).phrase
    except ValueError:
        phrase = ""
    look = "bad" if row.status >= FAULTS_FROM else "" if row.status >= REFUSED_FROM else "good"
    return RequestLine(row, phrase, look, application)


@for_console(Role.DEVELOPER)
@require_safe
def requests_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the requests of the organisation's programs."""
    context = {"days": settings.REQUEST_LOG_DAYS}
    return answer_list(request, member, RequestSheet(member, request.GET), context=context)
