"""Processors with whom a buyer enters a bank account, or a card of which nobody knows the brand."""

from gateway.cards import BankAccountToken, CardToken
from gateway.sandbox import SandboxGateway


class DebitGateway(SandboxGateway):
    """Has a bank account to tell of each session."""

    def finish_card(self, *, session: str) -> BankAccountToken:
        return BankAccountToken("tok_test_approve_account", "9992")


class PlainCardGateway(SandboxGateway):
    """Has a card without a brand to tell of each session."""

    def finish_card(self, *, session: str) -> CardToken:
        return CardToken("tok_test_approve_card", "", "9992", 12, 2035)
