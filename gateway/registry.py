"""The configured gateways, each behind a guard against calls inside a transaction."""

from functools import cache

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from core.money import Money
from gateway.base import Gateway
from gateway.cards import BankAccount, BankAccountToken, Card, CardToken, Secret
from gateway.movements import Answer


class CalledInsideTransaction(RuntimeError):
    """A gateway was called with a database transaction open, which could roll back what was paid."""


class OutsideTransactions:
    """Passes every call on to a gateway, and raises CalledInsideTransaction while one is open."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.name = gateway.name
        self.livemode = gateway.livemode
        self.key_ttl_seconds = gateway.key_ttl_seconds

    def charge(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """See Gateway.charge."""
        require_no_transaction()
        return self._gateway.charge(key=key, money=money, token=token, description=description)

    def payout(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """See Gateway.payout."""
        require_no_transaction()
        return self._gateway.payout(key=key, money=money, token=token, description=description)

    def refund(self, *, key: str, money: Money, reference: str) -> Answer:
        """See Gateway.refund."""
        require_no_transaction()
        return self._gateway.refund(key=key, money=money, reference=reference)

    def lookup(self, *, key: str) -> Answer:
        """See Gateway.lookup."""
        require_no_transaction()
        return self._gateway.lookup(key=key)

    def tokenize(self, card: Card) -> CardToken:
        """See Gateway.tokenize."""
        require_no_transaction()
        return self._gateway.tokenize(card)

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """See Gateway.tokenize_bank_account."""
        require_no_transaction()
        return self._gateway.tokenize_bank_account(account)

    def create_customer(self, *, key: str) -> str:
        """See Gateway.create_customer."""
        require_no_transaction()
        return self._gateway.create_customer(key=key)

    def acting_for(self, credential: Secret) -> "OutsideTransactions":
        """See Gateway.acting_for."""
        return OutsideTransactions(self._gateway.acting_for(credential))


def require_no_transaction() -> None:
    """Raise CalledInsideTransaction when one is open, but for the one a test case wraps around everything."""
    for connection in connections.all(initialized_only=True):
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise CalledInsideTransaction(connection.alias)


@cache
def get_gateway(name: str) -> OutsideTransactions:
    """Return the gateway of this name from the setting GATEWAYS. Raises KeyError for an unknown one."""
    return OutsideTransactions(import_string(settings.GATEWAYS[name])())


def choose_gateway(*, livemode: bool) -> str:
    """Say which gateway moves this kind of money: test money never meets a live one."""
    return settings.LIVE_GATEWAY if livemode else "sandbox"


def has_live_gateway() -> bool:
    """Tell whether real money can move here."""
    return get_gateway(settings.LIVE_GATEWAY).livemode
