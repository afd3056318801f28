"""Gateways that are worse than the sandbox at taking cards."""

from gateway.cards import BankAccount, BankAccountToken, Card, CardRefused, CardToken
from gateway.sandbox import SandboxGateway

__all__ = ("SandboxGateway", "SlippingGateway", "StrictGateway")


class SlippingGateway(SandboxGateway):
    """Tells everything it knows when it fails, as client libraries may."""

    def tokenize(self, card: Card) -> CardToken:
        code = card.security_code.reveal() if card.security_code else ""
        raise ValueError(f"cannot send {card.number.reveal()} {code}")

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        raise ValueError(f"cannot send {account.number.reveal()}")


class StrictGateway(SandboxGateway):
    """Finds every card too old."""

    def tokenize(self, card: Card) -> CardToken:
        raise CardRefused("exp_year", "has expired")
