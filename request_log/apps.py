"""What programs asked for, for those who look for their mistake."""

from django.apps import AppConfig


class RequestLogConfig(AppConfig):
    """The log of requests."""

    name = "request_log"
    verbose_name = "Request log"
