"""What has happened, for everybody who wants to hear of it."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The append-only list of events."""

    name = "events"
