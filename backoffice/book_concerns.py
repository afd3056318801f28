"""What the books need, for the first page of the admin: months to close, differences to settle."""

from django.urls import reverse

from backoffice.concern import MANY, Concern, count, write_count
from backoffice.questions import UNSETTLED
from bookkeeping.models import Difference
from ledger.models import Month


def count_open_months() -> Concern:
    """Months that are over and open, with a link to the earliest, which is closed first."""
    open_months = [*Month.objects.filter(closed_at=None).order_by("starts_at")[: MANY + 1]]
    return Concern(
        title="Months to close",
        value=write_count(len(open_months)),
        address=_find_page(open_months),
        alarming=False,
        remark=f"the first is {open_months[0]}" if open_months else "",
    )


def count_differences() -> Concern:
    """Differences that hold up the close of their month."""
    return Concern(
        title="Differences from processors' lists",
        value=write_count(count(Difference.objects.filter(settled_at=None))),
        address=reverse("admin:bookkeeping_difference_changelist", query={"look": UNSETTLED.name}),
        alarming=False,
    )


def _find_page(open_months: list[Month]) -> str:
    if not open_months:
        return reverse("admin:ledger_month_changelist")
    return reverse("admin:ledger_month_change", args=[open_months[0].pk])
