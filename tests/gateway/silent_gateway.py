"""A processor that cannot be reached about cards."""

from gateway.base import GatewayError
from gateway.cards import CardEntry, CardToken
from gateway.sandbox import SandboxGateway


class SilentGateway(SandboxGateway):
    """Raises whenever it is asked about a card."""

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        raise GatewayError("timed out")

    def finish_card(self, *, session: str) -> CardToken | None:
        raise GatewayError("timed out")

    def read_card(self, *, token: str) -> CardToken | None:
        raise GatewayError("timed out")

    def forget_card(self, *, token: str) -> None:
        raise GatewayError("timed out")
