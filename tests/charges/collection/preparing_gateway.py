"""The sandbox as a processor that names a charge before money can move, and as odd ones."""

from dataclasses import replace

from gateway.base import GatewayError
from gateway.movements import Answer, Movement
from gateway.sandbox import SandboxGateway

PREPARING = {"sandbox": "tests.charges.collection.preparing_gateway.PreparingGateway"}


class PreparingGateway(SandboxGateway):
    prepares = True

    def prepare(self, movement: Movement) -> str:
        return f"prepared-{movement.key}"

    def charge(self, movement: Movement) -> Answer:
        if movement.reference != f"prepared-{movement.key}":
            raise AssertionError("a charge was sent without its reference")
        return super().charge(movement)


class UnpreparedGateway(PreparingGateway):
    """Cannot prepare anything today."""

    def prepare(self, movement: Movement) -> str:
        raise GatewayError("timed out")


class UnwaryGateway(SandboxGateway):
    """Prepares nothing, and charges some card when none is named."""

    def charge(self, movement: Movement) -> Answer:
        return super().charge(replace(movement, token=movement.token or "tok_test_approve"))
