"""Gateways that do not answer some questions."""

from gateway.base import GatewayError
from gateway.movements import Answer, Movement
from gateway.sandbox import SandboxGateway


class DeafGateway(SandboxGateway):
    def lookup(self, movement: Movement) -> Answer:
        raise GatewayError("no answer")


class CannotCancel(SandboxGateway):
    def cancel(self, movement: Movement) -> Answer:
        raise GatewayError("no answer")
