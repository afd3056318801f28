"""What must always be true and is not, for the first page of the admin."""

from datetime import timedelta

from django.db.models import Min
from django.urls import reverse

from backoffice.columns import write_instant
from backoffice.concern import Concern, count, write_count
from core import clock
from operations.models import InvariantLook

# Five looks that did not happen.
OLD = timedelta(minutes=5)


def count_broken_invariants() -> Concern:
    """Return the invariants that are broken, and when the oldest look was, if that is long ago."""
    found = count(InvariantLook.objects.filter(broken_rows__gt=0))
    oldest = InvariantLook.objects.aggregate(at=Min("looked_at"))["at"]
    is_old = oldest is not None and clock.now() - oldest > OLD
    return Concern(
        title="Invariants that are broken",
        value=write_count(found),
        address=reverse("admin:operations_invariantlook_changelist"),
        alarming=found > 0 or is_old,
        remark=f"not looked at since {write_instant(oldest)}" if is_old else "",
    )
