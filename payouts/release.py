"""Giving back the sum of a payout that was not made, or came back."""

from ledger import postings
from ledger.services import record_postings
from payouts.models import Payout
from payouts.request import make_source


def release_sum(payout: Payout) -> None:
    """Post that the seller is owed the sum of a locked payout again, in the caller's transaction."""
    posting = postings.payout_returned(
        make_source(payout)._replace(description="Payout returned"),
        seller_id=payout.organization_id,
        amount_minor=payout.amount_minor,
        was_settled=payout.settled_at is not None,
    )
    record_postings([posting])
