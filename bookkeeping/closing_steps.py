"""The steps of a close: one process is at one of them, and who dies there leaves it to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bookkeeping.models import Closing
from core import clock
from ledger.models import Month

# Longer than a worker may be at one task of the close.
LEASE = timedelta(minutes=31)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that this process is at; the month is as it was when it was fenced."""

    month: Month
    fenced_at: datetime
    name: str
    busy_until: datetime

    def finish(self) -> None:
        """Keep that it is done."""
        with transaction.atomic():
            closing = Closing.objects.select_for_update().get(month=self.month)
            if closing.fenced_at == self.fenced_at and self.name not in closing.done:
                closing.done = [*closing.done, self.name]
                closing.save(update_fields=["done"])

    def release(self) -> None:
        """Let another process be at the next one."""
        Closing.objects.filter(month=self.month, busy_until=self.busy_until).update(busy_until=None)


@transaction.atomic
def claim_step(month_id: int, steps: Sequence[str]) -> Step | None:
    """Return the next step of a fenced month; None when it is closed, opened again, or somebody is at it."""
    month = Month.objects.select_for_update(no_key=True).get(pk=month_id)
    if month.fenced_at is None or month.closed_at is not None:
        return None
    closing, _ = Closing.objects.get_or_create(month=month, defaults={"fenced_at": month.fenced_at})
    if closing.fenced_at != month.fenced_at:
        closing.fenced_at, closing.done, closing.busy_until = month.fenced_at, [], None
    now = clock.now()
    if closing.busy_until is not None and closing.busy_until > now:
        return None
    closing.busy_until = now + LEASE
    closing.save()
    name = next(step for step in steps if step not in closing.done)
    return Step(month, month.fenced_at, name, closing.busy_until)
