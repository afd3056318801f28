"""The sandbox processor on its bad days."""

from dataclasses import replace

from gateway.base import GatewayError
from gateway.cards import Card, CardToken
from gateway.movements import Answer, Movement
from gateway.sandbox import SandboxGateway


class WithoutTokens(SandboxGateway):
    """It cannot be reached with cards."""

    def tokenize(self, card: Card) -> CardToken:
        raise GatewayError("no route to the processor")


class SilentOnRefunds(SandboxGateway):
    """It gives money back and does not say so."""

    def refund(self, movement: Movement) -> Answer:
        super().refund(movement)
        raise GatewayError("timed out waiting for the answer")


class RefusingRefunds(SandboxGateway):
    """It knows nothing of what is to be given back."""

    def refund(self, movement: Movement) -> Answer:
        return super().refund(replace(movement, token="sbx_unknown"))
