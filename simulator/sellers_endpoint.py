"""The sellers' program that gets webhooks, and does not always answer as it should."""

from collections.abc import Mapping

from simulator.faults import Fault, Faults
from webhooks.transport import Answer

TROUBLES = (Fault.ENDPOINT_ERROR, Fault.ENDPOINT_SILENT, Fault.ENDPOINT_TWICE)


class SellersEndpoint:
    """Notes which events it has got."""

    def __init__(self, faults: Faults) -> None:
        self.heard: set[str] = set()
        self._faults = faults

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Take a webhook in the place of `webhooks.transport.post`."""
        trouble = self._faults.choose(TROUBLES, chance=0.4)
        if trouble == Fault.ENDPOINT_ERROR:
            return Answer(status_code=500)
        if trouble == Fault.ENDPOINT_SILENT:
            return Answer(trouble="no answer")
        self.heard.add(headers["webhook-id"])
        return Answer(trouble="the connection failed") if trouble else Answer(status_code=204)
