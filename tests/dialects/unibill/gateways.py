"""The sandbox processor on its bad days."""

from typing import Any

from gateway.base import GatewayError
from gateway.cards import Card, CardToken
from gateway.movements import Answer
from gateway.sandbox import SandboxGateway


class WithoutTokens(SandboxGateway):
    """It cannot be reached with cards."""

    def tokenize(self, card: Card) -> CardToken:
        raise GatewayError("no route to the processor")


class SilentOnRefunds(SandboxGateway):
    """It gives money back and does not say so."""

    def refund(self, **asked: Any) -> Answer:
        super().refund(**asked)
        raise GatewayError("timed out waiting for the answer")


class RefusingRefunds(SandboxGateway):
    """It knows nothing of what is to be given back."""

    def refund(self, **asked: Any) -> Answer:
        return super().refund(**asked | {"reference": "sbx_unknown"})
