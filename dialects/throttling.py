"""Count the requests of an address or a caller; what the cache says is checked before it is believed."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core.client_address import group_address, read_client_address


class CheckedThrottle(SimpleRateThrottle):
    """Drops a history that it cannot have written, such as one of words or of times to come."""

    @property
    def history(self) -> list[float]:
        """The times of the counted requests, newest first, in seconds of the epoch."""
        return self._history

    @history.setter
    def history(self, times: Any) -> None:
        is_ours = isinstance(times, list) and all(type(time) is float for time in times)
        self._history: list[float] = [time for time in times if time <= self.timer()] if is_ours else []


class AddressThrottle(CheckedThrottle):
    """Counts by address; a header says which one only behind as many proxies as TRUSTED_PROXIES."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key of the address's history."""
        address = group_address(read_client_address(request))
        return str(self.cache_format % {"scope": self.scope, "ident": address})


class ProcessorThrottle(CheckedThrottle):
    """Counts the requests of a caller that wait for the processor."""

    scope = "processor"

    def get_rate(self) -> str:
        """Return how many, such as 600/minute."""
        return str(settings.PROCESSOR_CALLS_RATE)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key of the caller's history."""
        caller = view.name_caller()  # type: ignore[attr-defined]
        return str(self.cache_format % {"scope": self.scope, "ident": caller})
