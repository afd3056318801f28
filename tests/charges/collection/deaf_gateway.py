"""A gateway that never answers a question."""

from gateway.base import GatewayError
from gateway.movements import Answer
from gateway.sandbox import SandboxGateway


class DeafGateway(SandboxGateway):
    def lookup(self, *, key: str) -> Answer:
        raise GatewayError("no answer")
