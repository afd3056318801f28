"""What acts on payouts do, in words, with the money before and after."""

from collections.abc import Mapping
from typing import Any

from approvals.models import Approval
from backoffice.requesters import name_requester
from core.money import Money
from customers.models import Organization
from payouts.available import read_available
from payouts.models import Payout, PayoutAccount, PayoutMethod


def describe_balance(account: PayoutAccount) -> list[str]:
    """Say what is available to the seller of an account, line by line."""
    balance = read_available(organization_id=account.organization_id, currency=account.currency)
    lines = {
        "Owed to the seller": balance.owed_minor,
        "Less what is left of sales that are younger than the hold": balance.held_minor,
        "Less what is on its way back to buyers, or out to customers": balance.leaving_minor,
        "Less the seller's share of open disputes": balance.disputed_minor,
        "Available": balance.available_minor,
    }
    return [f"{words}: {Money(cents, balance.currency)}." for words, cents in lines.items()]


def name_asker(payout: Payout) -> str:
    """Return who asked for a payout, in the words of its approval."""
    approval = (
        Approval.objects.filter(subject=payout.natural_key)
        .select_related("requested_by", "requested_by_account")
        .earliest("pk")
    )
    return name_requester(approval)


def explain_payout(payout: Payout) -> list[str]:
    """Say who is paid what, how, and where to."""
    account, available = payout.account, Money(payout.available_minor, payout.currency)
    return [
        f"{payout.organization} is paid {payout.money}: {payout.get_method_display()}.",
        f"It goes to {account.holder}, {account.masked}, {account.town} ({account.country}).",
        f"Asked for by {name_asker(payout)}, when {available} was available.",
    ]


def explain_transfer(payout: Payout) -> list[str]:
    """Say what to type at the bank, with all of the account: no other page shows more than its end."""
    account = payout.account
    iban = " ".join(account.iban[start : start + 4] for start in range(0, len(account.iban), 4))
    said = {
        "Holder": account.holder,
        "Address": f"{account.street}, {f'{account.postcode} {account.town}'.strip()}, {account.country}",
        "IBAN": iban,
        "BIC": account.bic,
        "Account": account.other_account,
        "Account at the processor": account.processor_account,
        "Amount": str(payout.money),
        "Text": f"Payout {payout.end_to_end_id}",
    }
    typed = [f"{name}: {text}" for name, text in said.items() if text]
    return [*explain_payout(payout), "Make the payment at the bank first:", *typed]


def explain_release(payout: Payout) -> list[str]:
    """Say that the seller is owed the sum of a payout again."""
    return [*explain_payout(payout), f"The seller is owed {payout.money} again."]


def explain_payout_terms(terms: Mapping[str, Any]) -> list[str]:
    """Say what is approved of a payout, as it was asked for."""
    money = Money(terms["amount_minor"], terms["currency"])
    seller = Organization.objects.get(public_id=terms["seller"])
    return [
        f"{seller} ({terms['holder']}) is paid {money}: {PayoutMethod(terms['method']).label}.",
        f"It goes to the account {terms['shown_account']}.",
        "Approved, exactly this is sent, and nothing else.",
    ]


def find_payout(approval: Approval) -> Payout:
    """Return the payout that an approval is of."""
    return Payout.objects.get(public_id=approval.details["payout"])
