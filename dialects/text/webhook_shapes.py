"""Serializers that describe webhooks in OpenAPI; webhook_rendering.py builds the answers."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from events.types import EventType, ObjectType
from webhooks.endpoints import OFFERED_TYPES
from webhooks.models import DisabledReason, Format
from webhooks.models.endpoints import MAX_DESCRIPTION

DELIVERY_STATUSES = ["waiting", "delivered", "dead"]
ENDPOINT_STATUSES = ["active", "failing", "disabled"]


class EndpointChange(serializers.Serializer):
    """What can be said of an endpoint."""

    url = serializers.URLField(required=False, help_text="https, port 443 or 8443, on the public internet.")
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION, help_text="For people."
    )
    format = serializers.ChoiceField(
        Format.choices, required=False, help_text="`event`: the event itself; `text`: Text's own bodies."
    )
    event_types = serializers.ListField(
        child=serializers.ChoiceField(OFFERED_TYPES), required=False, help_text="Empty for all."
    )


class NewEndpoint(EndpointChange):
    """A new endpoint."""

    url = serializers.URLField(help_text="https, port 443 or 8443, on the public internet.")


class WebhookEndpoint(EndpointChange):
    """An endpoint."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(ENDPOINT_STATUSES)
    disabled_reason = serializers.ChoiceField(
        [reason for reason in DisabledReason.choices if reason[0]], allow_null=True
    )
    disabled_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="It is disabled when that was five days ago."
    )
    created_at = serializers.DateTimeField()


class SecretEndpoint(WebhookEndpoint):
    """An endpoint with its secret."""

    secret = serializers.CharField(help_text="What deliveries are signed with; it is not shown again.")


@extend_schema_serializer(many=False)
class EndpointList(serializers.Serializer):
    """At most 20 endpoints, newest first."""

    result = WebhookEndpoint(many=True)


class DeliveryAttempt(serializers.Serializer):
    """One request and what came of it."""

    number = serializers.IntegerField()
    sent_at = serializers.DateTimeField()
    latency_ms = serializers.IntegerField()
    status_code = serializers.IntegerField(allow_null=True, help_text="Null when no answer came.")
    trouble = serializers.CharField(allow_null=True, help_text="Why no answer came.")
    answer = serializers.CharField(allow_null=True, help_text="How a refusal begins.")


class DeliveryOfEvent(serializers.Serializer):
    """An event on its way to an endpoint."""

    id = serializers.CharField(help_text="The id of the event, as in `webhook-id`.")
    type = serializers.ChoiceField(EventType.choices)
    object_id = serializers.UUIDField()
    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(DELIVERY_STATUSES)
    next_attempt_at = serializers.DateTimeField(
        allow_null=True, help_text="Null while it waits for an earlier event of the same object."
    )
    attempts = DeliveryAttempt(many=True)
    created_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class DeliveryList(serializers.Serializer):
    """At most 20 deliveries, newest first."""

    result = DeliveryOfEvent(many=True)


class ReplayRange(serializers.Serializer):
    """What is sent again: what happened from `since` until before `until`."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    only_failed = serializers.BooleanField(default=True, help_text="Leave out what was delivered.")


class ReplayCount(serializers.Serializer):
    """How much is sent again."""

    count = serializers.IntegerField()


class EventData(serializers.Serializer):
    """What an event is about and where it stood then; more fields by its kind."""

    object = serializers.ChoiceField(ObjectType.choices)
    id = serializers.UUIDField()
    status = serializers.CharField(required=False)


class PublishedEvent(serializers.Serializer):
    """Something that happened."""

    id = serializers.CharField()
    type = serializers.ChoiceField(EventType.choices)
    timestamp = serializers.DateTimeField()
    livemode = serializers.BooleanField()
    sequence = serializers.IntegerField(help_text="Counts the events of the object from 1.")
    data = EventData()  # type: ignore[assignment]  # A property of that name is of no use here.


@extend_schema_serializer(many=False)
class EventList(serializers.Serializer):
    """At most 100 events, the oldest first."""

    result = PublishedEvent(many=True)
    cursor = serializers.CharField(help_text="Pass it as `after` to go on from here.")
