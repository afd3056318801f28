"""The configured gateways, each behind a guard against calls inside a transaction."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from core.tracing import span
from gateway.base import Gateway
from gateway.cards import Secret

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
# What a gateway does without asking the processor.
ALONE = ("acting_for", "read_hints")
CALLS = frozenset(name for name in vars(Gateway) if not name.startswith("_") and name not in ALONE)


class CalledInsideTransaction(RuntimeError):
    """A gateway was called with a database transaction open, which could roll back what was paid."""


class OutsideTransactions:
    """Passes every call on to a gateway, and raises CalledInsideTransaction while one is open."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._gateway, name)
        return _call_outside(value) if name in CALLS else value

    def acting_for(self, credential: Secret) -> Gateway:
        """See Gateway.acting_for."""
        return guard_gateway(self._gateway.acting_for(credential))


def guard_gateway(gateway: Gateway) -> Gateway:
    """Return a gateway that cannot be called while a transaction is open."""
    return cast(Gateway, OutsideTransactions(gateway))


def _call_outside(call: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    @wraps(call)
    def call_outside(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        require_no_transaction()
        with span(f"processor {call.__name__}"):
            return call(*args, **kwargs)

    return call_outside


def require_no_transaction() -> None:
    """Raise CalledInsideTransaction when one is open, but for the one a test case wraps around everything."""
    for connection in connections.all(initialized_only=True):
        if any(map(_is_open, connection.atomic_blocks)):
            raise CalledInsideTransaction(connection.alias)


def _is_open(block: Any) -> bool:
    """Say whether a block is a transaction of ours; one that will be undone is."""
    return not getattr(block, "_from_testcase", False) or getattr(block, "is_undone", False)


@cache
def get_gateway(name: str) -> Gateway:
    """Return the gateway of this name from the setting GATEWAYS. Raises KeyError for an unknown one."""
    return guard_gateway(import_string(settings.GATEWAYS[name])())


def choose_gateway(*, livemode: bool) -> str:
    """Say which gateway moves this kind of money: test money never meets a live one."""
    return settings.LIVE_GATEWAY if livemode else "sandbox"


def has_live_gateway() -> bool:
    """Tell whether real money can move here."""
    return get_gateway(settings.LIVE_GATEWAY).livemode
