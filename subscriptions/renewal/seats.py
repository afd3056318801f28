"""Count the seats that a subscription per account is charged for: accounts whose user is active."""

from collections.abc import Collection

from django.db.models import Count

from charges.models import MAX_AMOUNT_MINOR, MAX_QUANTITY
from customers.models import Account


def count_seats(organization_ids: Collection[int]) -> dict[int, int]:
    """Count the seats of organisations at this moment; one without a seat is not in the result.

    A user that staff switched off keeps the account, for its history, and is not a seat.
    """
    if not organization_ids:
        return {}
    seats = Account.objects.filter(organization_id__in=organization_ids, user__is_active=True)
    counts = seats.values_list("organization_id")
    return dict(counts.annotate(count=Count("pk")))


def is_chargeable_at_once(*, price_minor: int, seats: int) -> bool:
    """Say whether one charge can ask for this price (cents) for each of so many seats."""
    return 1 <= seats <= MAX_QUANTITY and seats * price_minor <= MAX_AMOUNT_MINOR
