"""Deliveries of events to one endpoint: how each went, and sending them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bookkeeping.exports.cells import write_instant
from checkout.lookup import read_uuid
from checkout.see_other import SeeOther
from console.errors import ConsolePageNotFound
from console.held_deliveries import say_what_holds
from console.lists.answer import answer_list
from console.lists.filters import Field, make_choice, read_choice, read_instant
from console.lists.sheet import NumberedSheet
from console.looks import render_console, tell
from console.page_access import Member, for_console
from core.errors import InvalidField
from customers.models import Role
from webhooks.models import Delivery, Endpoint, Sending
from webhooks.repair import replay_delivery, replay_range

ENDPOINTS = 100
LOOKS = {"delivered": "good", "dead": "bad", "waiting": ""}
STATUSES = {
    "delivered": Q(delivered_at__isnull=False),
    "waiting": Q(delivered_at=None, dead_at=None),
    "dead": Q(dead_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery and the last request that carried it."""

    delivery: Delivery
    status: str
    look: str
    last: Sending | None


def list_endpoints(member: Member) -> QuerySet[Endpoint]:
    """Return the endpoints of the organisation's applications, the newest first."""
    own = Endpoint.objects.kept().filter(application__organization=member.organization)
    return own.select_related("application").order_by("-pk")


class DeliverySheet(NumberedSheet):
    """Deliveries to one endpoint, the newest first."""

    name = "deliveries"
    template = "deliveries"
    columns = (
        *("created_at", "event_id", "type", "object_id", "status", "tries", "next_try_at"),
        *("last_sent_at", "last_status_code", "last_trouble", "last_latency_ms"),
    )

    def list_fields(self) -> list[Field]:
        """Return the fields above the list; without a choice it is the newest endpoint."""
        choices = [(str(each.public_id), each.url) for each in list_endpoints(self.member)[:ENDPOINTS]]
        chosen = self.query.get("endpoint", "") or (choices[0][0] if choices else "")
        endpoint = Field("endpoint", "Endpoint", chosen, tuple(choices), type="choice")
        return [endpoint, make_choice(self.query, "status", "Status", [(s, s.title()) for s in STATUSES])]

    def find(self) -> tuple[QuerySet[Delivery], Q]:
        """Return the rows and what narrows them. Raises InvalidField, ConsolePageNotFound."""
        narrow = Q(event__livemode=self.member.livemode)
        if status := read_choice(self.fields[1]):
            narrow &= STATUSES[status]
        endpoint = self.read_endpoint()
        if endpoint is None:
            return Delivery.objects.none(), narrow
        return find_deliveries().filter(endpoint=endpoint), narrow

    def read_endpoint(self) -> Endpoint | None:
        """Return the endpoint that is shown, None where there is none. Raises ConsolePageNotFound."""
        value = self.fields[0].value
        if not value:
            return None
        public_id = read_uuid(value)
        found = public_id and list_endpoints(self.member).filter(public_id=public_id).first()
        if not found:
            raise ConsolePageNotFound
        return found

    @property
    def is_narrowed(self) -> bool:
        """Whether a status is chosen; an endpoint always is."""
        return bool(self.fields[1].value)

    def describe(self, rows: list[Any]) -> list[DeliveryLine]:
        """Return the lines of a page."""
        return [describe_delivery(delivery) for delivery in rows]

    def write(self, line: DeliveryLine) -> Sequence[Any]:
        """Return the cells of a delivery."""
        delivery, last = line.delivery, line.last
        return [
            write_instant(delivery.created_at),
            delivery.event.public_id,
            delivery.event.type,
            str(delivery.object_id),
            line.status,
            delivery.tries,
            write_instant(delivery.due_at),
            *((write_instant(last.sent_at), last.status_code or "", last.trouble) if last else ("",) * 3),
            last.latency_ms if last else "",
        ]


def find_deliveries() -> QuerySet[Delivery]:
    """Return deliveries with their events and the requests that carried them, the last one first."""
    sendings = Prefetch("sendings", Sending.objects.order_by("-number"))
    return Delivery.objects.select_related("event", "endpoint__application").prefetch_related(sendings)


def describe_delivery(delivery: Delivery) -> DeliveryLine:
    """Return the line of a delivery that was read with `find_deliveries`."""
    status = delivery.name_status()
    return DeliveryLine(delivery, status, LOOKS[status], next(iter(delivery.sendings.all()), None))


@for_console(Role.DEVELOPER)
@require_safe
def deliveries_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the deliveries to an endpoint."""
    return answer_list(request, member, DeliverySheet(member, request.GET))


@for_console(Role.DEVELOPER)
@require_safe
def delivery_page(request: HttpRequest, member: Member, number: int) -> HttpResponseBase:
    """Show a delivery: what is sent, and how each try went."""
    line = describe_delivery(_find_delivery(member, number))
    context = {"line": line, "held": say_what_holds(line.delivery.endpoint)}
    return render_console(request, member, "delivery", context)


@for_console(Role.DEVELOPER)
@require_POST
def resend_page(request: HttpRequest, member: Member, number: int) -> HttpResponseBase:
    """Send one delivery again, with every try before it."""
    delivery = _find_delivery(member, number)
    replay_delivery(delivery.endpoint_id, event_id=delivery.event_id)
    held = say_what_holds(delivery.endpoint)
    tell(request, f"It waits. {held}" if held else "It is sent again now.")
    return SeeOther(reverse("console_delivery", args=[number]))


@for_console(Role.DEVELOPER)
@require_POST
def replay_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Send again to an endpoint what happened in a time."""
    sheet = DeliverySheet(member, request.POST)
    endpoint = sheet.read_endpoint()
    if endpoint is None:
        raise ConsolePageNotFound
    try:
        count = replay_range(
            endpoint.pk,
            since=read_instant(request.POST.get("since", ""), "From"),
            until=read_instant(request.POST.get("until", ""), "Until"),
            only_failed=request.POST.get("which") != "all",
        )
    except InvalidField as refusal:
        notice = f"{refusal.field.capitalize()} {refusal}."
        return answer_list(request, member, sheet, context={"notice": notice}, status=400)
    tell(request, _say_what_waits(count, say_what_holds(endpoint)))
    return SeeOther(f"{reverse('console_deliveries')}?{sheet.write_query()}")


def _say_what_waits(count: int, held: str) -> str:
    if held:
        return f"{count} {'delivery waits' if count == 1 else 'deliveries wait'}. {held}"
    return f"{count} {'delivery is' if count == 1 else 'deliveries are'} sent again."


def _find_delivery(member: Member, number: int) -> Delivery:
    """Return a delivery to an endpoint of the organisation. Raises ConsolePageNotFound."""
    own = find_deliveries().filter(
        endpoint__application__organization=member.organization, endpoint__deleted_at=None
    )
    found = own.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise ConsolePageNotFound
    return found
