"""What exactly a second person approves of a payout."""

from typing import Any

from payouts.models import Payout


def describe_terms(payout: Payout) -> dict[str, Any]:
    """Return the terms of a payout as they are now; the amount is in minor units (cents)."""
    account = payout.account
    return {
        "payout": str(payout.public_id),
        "seller": str(payout.organization.public_id),
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "method": str(payout.method),
        "account": str(account.public_id),
        "destination": account.fingerprint,
        "holder": account.holder,
        "shown_account": account.masked,
    }
