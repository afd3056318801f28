"""Count the requests of an address; what the cache says is checked before it is believed."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core.client_address import group_address, read_client_address


class AddressThrottle(SimpleRateThrottle):
    """Counts by address; a header says which one only behind as many proxies as TRUSTED_PROXIES.

    A history that this class cannot have written, such as one of words or of times to come, is dropped.
    """

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key of the address's history."""
        address = group_address(read_client_address(request))
        return str(self.cache_format % {"scope": self.scope, "ident": address})

    @property
    def history(self) -> list[float]:
        """The times of the counted requests, newest first, in seconds of the epoch."""
        return self._history

    @history.setter
    def history(self, times: Any) -> None:
        is_ours = isinstance(times, list) and all(type(time) is float for time in times)
        self._history: list[float] = [time for time in times if time <= self.timer()] if is_ours else []
