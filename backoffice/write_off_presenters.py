"""Texts about write-offs for staff: what is not asked for any more, and what follows."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from approvals.models import Approval
from charges.models import Charge
from core.money import Money
from ledger.models import CustomerTransaction

NO_BOOKS = "No money moves, and nothing is booked: nobody was owed this money before it was collected."
TWO_PEOPLE = "That is more than one person may write off: nothing changes before another one has approved it."


def explain_charge_write_off(charge: Charge) -> list[str]:
    """Return what writing off a charge does."""
    follows = "The subscription is frozen; its seller can start it anew. " if charge.subscription_id else ""
    return [
        f"{charge.total} is not asked for any more, and not tried again.",
        f"{follows}The payer hears that the payment failed for good.",
        NO_BOOKS,
        *_ask_second_person(charge.total, is_test=charge.test),
    ]


def explain_debt_write_off(debt: CustomerTransaction) -> list[str]:
    """Return what writing off the rest of a debt does."""
    owed, whole = Money(debt.balance_minor, debt.currency), Money(debt.amount_minor, debt.currency)
    return [
        f"{owed} of {whole} is still owed. An adjustment of {owed} covers it.",
        "It is between the merchant and its customer: no money moves, and the marketplace's books stay.",
        *_ask_second_person(owed, is_test=False),
    ]


def explain_write_off_terms(terms: Mapping[str, Any]) -> list[str]:
    """Return the terms of a write-off in words."""
    money = Money(terms["amount_minor"], terms["currency"])
    if "charge" in terms:
        charge = Charge.objects.get(public_id=terms["charge"])
        return [f"{money} for {charge.name} is not asked for any more.", NO_BOOKS]
    return [f"{money} that a customer owes its merchant is covered by an adjustment. No money moves."]


def tell_write_off(result: Any) -> str:
    """Return what became of it."""
    if isinstance(result, Approval):
        return "Nothing has changed yet: another person has to approve the write-off."
    return "It is written off."


def _ask_second_person(money: Money, *, is_test: bool) -> list[str]:
    limit = settings.REFUND_APPROVAL_LIMIT.get(money.currency, 0)
    return [] if is_test or money.amount_minor <= limit else [TWO_PEOPLE]
