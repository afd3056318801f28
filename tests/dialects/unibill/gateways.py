"""The sandbox processor on its bad days."""

from dataclasses import replace
from typing import ClassVar

from gateway.base import GatewayError, NotSent
from gateway.cards import Card, CardToken, Secret
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


class Shown(SandboxGateway):
    """It takes every card, declines those that begin with 40, and counts the numbers that it was shown."""

    numbers: ClassVar[list[str]] = []

    def tokenize(self, card: Card) -> CardToken:
        number = card.number.reveal()
        self.numbers.append(number)
        known = "4000000000000002" if number.startswith("40") else "4111111111111111"
        return super().tokenize(Card(Secret(known), card.exp_month, card.exp_year, card.security_code))


class Unreachable(SandboxGateway):
    """No request ever leaves for it."""

    def tokenize(self, card: Card) -> CardToken:
        raise NotSent("connection refused")
