"""Do what is due for test buyers at the instants at which their clocks stand: bought, accepted, activated."""

from contextlib import suppress

from django.db.models import Exists, OuterRef, Q, QuerySet

from charges.models import Attempt, Charge, ChargeStatus
from charges.models.attempt import OPEN_STATES
from core import clock
from core.per_row import run_logged
from customers.models import TestBuyer
from subscriptions.models import Subscription
from testmode.advance_clock import run_present
from testmode.errors import ClockIsAdvancing

BATCH = 100
MINE = {"buyer": OuterRef("organization"), "has_own_clock": True}
NOW = OuterRef("clock_at")
ENDS = Q(cancel_at__lte=NOW, cancelled_at=None, expired_at=None)


def run_due_clocks() -> int:
    """Run up to a batch of clocks by which something is due, and return how many there were.

    Their time stays what it is. Any number of workers may run it.
    """
    due = (
        Exists(Subscription.objects.filter(Q(due_at__lte=NOW) | ENDS, **MINE))
        | Exists(Charge.objects.filter(status=ChargeStatus.PROCESSED, collect_at__lte=NOW, **MINE))
        | Exists(_list_open_attempts())
    )
    free = Q(lease_ends_at=None) | Q(lease_ends_at__lte=clock.now())
    found = list(TestBuyer.objects.filter(due, free).values_list("pk", flat=True)[:BATCH])
    for pk in found:
        run_logged(run_clock_if_free, pk)
    return len(found)


def run_clock_if_free(organization_id: int) -> None:
    """Do what is due for a test buyer now; whoever advances its clock does that, too."""
    with suppress(ClockIsAdvancing):
        run_present(organization_id)


def _list_open_attempts() -> "QuerySet[Attempt]":
    mine = {f"charge__{name}": value for name, value in MINE.items()}
    return Attempt.objects.filter(state__in=OPEN_STATES, check_at__lte=NOW, **mine)
