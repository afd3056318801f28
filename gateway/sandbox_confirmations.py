"""The sandbox's page on which a payer confirms a payment, as banks ask for with 3-D Secure."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from core.money import Money
from gateway.movements import Verdict
from gateway.sandbox_behaviours import DECLINES
from gateway.sandbox_store import SandboxStore

SANDBOX = "sandbox"


class PaymentPage(NamedTuple):
    """What a payer is asked to confirm, and where they go afterwards."""

    money: Money
    return_url: str
    is_open: bool


def find_payment_page(reference: str) -> PaymentPage | None:
    """Return the page of a payment while the sandbox moves money here."""
    found = _open_store().find_confirmation(reference)
    if found is None:
        return None
    operation, return_url = found
    money = Money(operation.amount_minor, operation.currency)
    return PaymentPage(money, return_url, is_open=operation.verdict == Verdict.NEEDS_BUYER)


def decide_payment(reference: str, *, is_confirmed: bool) -> None:
    """Let a payment go through, or fail for good; one that has an end keeps it."""
    store = _open_store()
    found = store.find_confirmation(reference)
    if found is None:
        return
    if is_confirmed:
        store.decide(found[0], Verdict.APPROVED)
        store.confirm_token(reference)
    else:
        store.decide(found[0], Verdict.DECLINED, *DECLINES["not_confirmed"])


def _open_store() -> SandboxStore:
    return SandboxStore(Path(settings.SANDBOX_BOOKS))
