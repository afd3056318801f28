"""Count the accounts that a subscription per account is charged for."""

from collections.abc import Collection

from django.db.models import Count

from customers.models import Account


def count_seats(organization_ids: Collection[int]) -> dict[int, int]:
    """Count the accounts of organisations as they are at this moment."""
    if not organization_ids:
        return {}
    counts = Account.objects.filter(organization_id__in=organization_ids).values_list("organization_id")
    return dict(counts.annotate(count=Count("pk")))
