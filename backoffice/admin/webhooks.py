"""Events, the endpoints that they are sent to, and what became of each delivery."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages, button
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.filters import ModeFilter
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.admin.looks import LookFilter
from backoffice.admin.webhook_acts import REPLAY, REPLAY_RANGE, SWITCH_OFF, SWITCH_ON, TEST
from backoffice.columns import draw_badge, instant, link, link_to_list, mode
from backoffice.questions import DEAD, FAILING, OFF, OFF_FOR_FAILING, TRIED, UNSENT
from backoffice.search.lists import find_deliveries, find_endpoints, find_happenings
from events.models import Event
from webhooks.models import Delivery, DisabledReason, Endpoint, Sending

COLOURS = {"waiting": "warning", "delivered": "success", "dead": "danger"}


class TroubleFilter(LookFilter):
    """Endpoints that need a look."""

    title = "trouble"
    questions = (FAILING, OFF, OFF_FOR_FAILING)


class OutcomeFilter(LookFilter):
    """Deliveries that have not arrived."""

    title = parameter_name = "outcome"
    questions = (TRIED, UNSENT, DEAD)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What has happened."""

    occurred = instant("occurred_at", "occurred")
    in_mode = mode(lambda event: not event.livemode)
    list_display = ("public_id", "type", "object_id", "sequence", "in_mode", "occurred")
    list_filter = (ModeFilter,)
    search_fields = ("id",)
    search_help_text = "Event id (evt_...), or the id of what it is about"
    fields = (
        ("public_id", "type"),
        ("object_type", "object_id", "sequence"),
        ("occurred", "in_mode"),
        ("application_id", "organization_id", "buyer_id"),
        "snapshot",
        "deliveries",
    )
    readonly_fields = ("deliveries",)

    def find(self, term: str) -> Q:
        """Find by id or object."""
        return find_happenings(term)

    @admin.display(description="more")
    def deliveries(self, event: Event) -> str:
        """Link to where it was sent."""
        return link_to_list(Delivery, "Deliveries", event__id__exact=event.pk)


@admin.register(Endpoint)
class EndpointAdmin(ActPages):
    """Where the events of applications go, and how that goes."""

    acts = (TEST, REPLAY_RANGE, SWITCH_OFF, SWITCH_ON)
    actions_detail = ("test", "replay_range", "switch_off", "switch_on")
    application_link = link("application", "application")
    created = instant("created_at", "created")
    failing = instant("failing_since", "failing since")
    off = instant("disabled_at", "switched off")
    deleted = instant("deleted_at", "deleted")
    until = instant("former_secret_until", "former secret signs until")
    list_display = ("url", "application_link", "state", "format", "failing", "off", "created")
    list_select_related = ("application",)
    list_filter = (TroubleFilter,)
    linked_filters = ("application__id__exact",)
    search_fields = ("url",)
    search_help_text = "Endpoint id, part of its URL, or application by client id or name"
    readonly_fields = ("deliveries",)
    fieldsets = (
        (None, {"fields": (("url", "state"), ("application_link", "public_id"), "description")}),
        ("What it gets", {"fields": (("format", "event_types"), "deliveries")}),
        ("When", {"fields": (("created", "until"), ("failing", "off", "deleted"))}),
    )

    def find(self, term: str) -> Q:
        """Find by id, URL or application."""
        return find_endpoints(term)

    test = button(TEST, needs="repair", variant=ActionVariant.PRIMARY)
    replay_range = button(REPLAY_RANGE, needs="repair", path="replay")
    switch_off = button(SWITCH_OFF, needs="repair", path="off", variant=ActionVariant.DANGER)
    switch_on = button(SWITCH_ON, needs="repair", path="on", variant=ActionVariant.PRIMARY)

    def has_repair_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may do any of it."""
        return request.user.has_perm("webhooks.repair_endpoint")

    def list_facts(self, subject: Endpoint) -> list[str]:
        """Name an endpoint by its URL and its application."""
        return [subject.url, str(subject.application), str(subject.public_id)]

    @admin.display(description="state")
    def state(self, endpoint: Endpoint) -> str:
        """Show how it does."""
        if endpoint.deleted_at is not None:
            return draw_badge("Deleted")
        if endpoint.disabled_at is not None:
            return draw_badge(DisabledReason(endpoint.disabled_reason).label, "danger")
        return (
            draw_badge("Active", "success")
            if endpoint.failing_since is None
            else draw_badge("Failing", "warning")
        )

    @admin.display(description="more")
    def deliveries(self, endpoint: Endpoint) -> str:
        """Link to its deliveries."""
        return link_to_list(Delivery, "Deliveries", endpoint__id__exact=endpoint.pk)


class SendingInline(ReadOnlyInline):
    """Each request that carried a delivery."""

    model = Sending
    verbose_name_plural = "requests"
    hide_title = True
    ordering = ("number",)
    sent = instant("sent_at", "sent")
    fields = readonly_fields = ("number", "sent", "latency_ms", "status_code", "trouble", "answer")


@admin.register(Delivery)
class DeliveryAdmin(BulkPages):
    """Events on their way to endpoints, and what came back."""

    bulk_acts = (BulkAct(REPLAY, "repair"),)
    acts = (REPLAY,)
    actions_detail = ("replay",)
    inlines = (SendingInline,)
    endpoint_link = link("endpoint", "endpoint")
    event_link = link("event", "event")
    created = instant("created_at", "made")
    delivered = instant("delivered_at", "delivered")
    next_try = instant("due_at", "next try")
    dead = instant("dead_at", "given up")
    list_display = ("event_link", "endpoint_link", "status", "tries", "last_answer", "created", "next_try")
    list_display_links = ("status",)
    list_select_related = ("endpoint", "event")
    list_filter = (OutcomeFilter,)
    linked_filters = ("endpoint__id__exact", "event__id__exact")
    search_fields = ("event",)
    search_help_text = "Event id (evt_...), endpoint id, or the id of what happened"
    readonly_fields = ("status",)
    fieldsets = (
        (None, {"fields": (("event_link", "status"), "endpoint_link", ("object_id", "sequence"), "body")}),
        ("When", {"fields": (("created", "delivered", "dead"), ("next_try", "tries", "failures"))}),
    )

    def find(self, term: str) -> Q:
        """Find by event, endpoint or object."""
        return find_deliveries(term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Fetch what the last request came to along."""
        last = Sending.objects.filter(delivery=OuterRef("pk")).order_by("-number")
        answers = {name: Subquery(last.values(name)[:1]) for name in ("status_code", "trouble", "latency_ms")}
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.select_related("endpoint", "event").annotate(**answers)

    replay = button(REPLAY, needs="repair", variant=ActionVariant.PRIMARY)

    def has_repair_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may send again."""
        return request.user.has_perm("webhooks.repair_endpoint")

    def list_facts(self, subject: Delivery) -> list[str]:
        """Name a delivery by its event and where it goes."""
        return [f"{subject.event.public_id} ({subject.event.type})", subject.endpoint.url]

    @admin.display(description="status")
    def status(self, delivery: Delivery) -> str:
        """Show how far it has come."""
        name = delivery.name_status()
        return draw_badge(name.capitalize(), COLOURS[name])

    @admin.display(description="last answer")
    def last_answer(self, delivery: Any) -> str | None:
        """Show status or trouble, and how long it took."""
        said = delivery.status_code or delivery.trouble
        return f"{said}, {delivery.latency_ms} ms" if said else None
