"""The events of one application, as webhooks and the feed tell them."""

import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.exports.cells import write_instant
from console.errors import ConsolePageNotFound
from console.lists.answer import answer_list
from console.lists.filters import Field, make_choice, read_choice
from console.lists.paging import Place
from console.lists.sheet import Sheet
from console.looks import render_console
from console.lookup import find_application, list_applications
from console.page_access import Member, for_console
from customers.models import Role
from events.models import Event
from events.types import EventType
from webhooks.bodies import render_event
from webhooks.models import Delivery

PLACE = re.compile(r"([0-9]{1,18})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
EVENT_ID = re.compile("evt_([0-9a-f]{32})")
SHOWN_DELIVERIES = 20


class EventSheet(Sheet):
    """Events of one application, the newest first: the order in which they were committed."""

    name = "events"
    template = "events"
    columns = ("occurred_at", "id", "type", "object", "object_id", "sequence", "body")
    keys = ("xact", "id")

    def list_fields(self) -> list[Field]:
        """Return the fields above the list; without a choice it is the newest application."""
        choices = [(each.client_id, each.name) for each in list_applications(self.member)]
        chosen = self.query.get("app", "") or (choices[0][0] if choices else "")
        application = Field("app", "Application", chosen, tuple(choices), type="choice")
        return [application, make_choice(self.query, "type", "Type", EventType.choices)]

    def find(self) -> tuple[QuerySet[Event], Q]:
        """Return the rows and what narrows them. Raises InvalidField, ConsolePageNotFound."""
        application, kind = self.fields
        narrow = Q(livemode=self.member.livemode)
        if chosen := read_choice(kind):
            narrow &= Q(type=chosen)
        if not application.value:
            return Event.objects.none(), narrow
        found = find_application(self.member, application.value)
        return Event.objects.filter(application_id=found.pk), narrow

    def write(self, line: Event) -> Sequence[Any]:
        """Return the cells of an event."""
        return [
            write_instant(line.occurred_at),
            line.public_id,
            line.type,
            line.object_type,
            str(line.object_id),
            line.sequence,
            json.dumps(render_event(line), separators=(",", ":")),
        ]

    @property
    def is_narrowed(self) -> bool:
        """Whether a type is chosen; an application always is."""
        return bool(self.fields[1].value)

    def read_place(self, text: str) -> Place:
        """Return the place that an address names. Raises ConsolePageNotFound."""
        match = PLACE.fullmatch(text)
        if match is None:
            raise ConsolePageNotFound
        return int(match[1]), UUID(match[2])


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def events_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the events of an application."""
    return answer_list(request, member, EventSheet(member, request.GET))


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def event_page(request: HttpRequest, member: Member, event_id: str) -> HttpResponseBase:
    """Show an event as applications read it, and where it was sent."""
    event = find_event(member, event_id)
    deliveries = Delivery.objects.filter(event=event, endpoint__deleted_at=None).select_related("endpoint")
    context = {
        "event": event,
        "body": json.dumps(render_event(event), indent=2, ensure_ascii=False),
        "deliveries": deliveries.order_by("-pk")[:SHOWN_DELIVERIES] if member.has(Role.DEVELOPER) else (),
    }
    return render_console(request, member, "event", context)


def find_event(member: Member, event_id: str) -> Event:
    """Return an event of the organisation's applications. Raises ConsolePageNotFound."""
    match = EVENT_ID.fullmatch(event_id)
    own = member.organization.applications.values("pk")
    found = match and Event.objects.filter(pk=UUID(match[1]), application_id__in=own).first()
    if not found:
        raise ConsolePageNotFound
    return found
