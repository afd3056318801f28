"""Steps of the money path that several tests take."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from charges.consent import Decider, accept_charge
from charges.models import Charge
from customers.models import Account
from gateway.registry import get_gateway
from ledger.balances import read_seller_balance


def accept(charge: Charge, account: Account | None = None, **shown: str) -> Charge:
    """The buyer accepts on the page."""
    decider = Decider.on_page(account or charge.buyer_account, ip="192.0.2.1", user_agent="test")
    return accept_charge(charge.pk, decider=decider, **shown)


def captures() -> list[tuple[str, int]]:
    """Reference and cents of every capture that the sandbox processor ever made."""
    with get_gateway("sandbox").books._open() as connection:
        return connection.execute(
            "SELECT reference, amount_minor FROM operation"
            " WHERE kind = 'charge' AND verdict = 'approved' ORDER BY rowid"
        ).fetchall()


def fetch(charge: Charge) -> Charge:
    """The charge as it is in the database now."""
    return Charge.objects.get(pk=charge.pk)


def seller_balance(charge: Charge) -> int:
    """What the marketplace owes the seller of this charge, in cents."""
    return read_seller_balance(
        organization_id=charge.payee_id, currency=charge.currency, livemode=not charge.test
    )


def run_at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread of its own, all started together; return results or exceptions in order."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = work()
        except Exception as exc:
            results[place] = exc
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
