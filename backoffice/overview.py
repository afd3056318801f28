"""What needs a look now, for the first page of the admin."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Min, QuerySet
from django.urls import reverse

from backoffice.columns import write_instant
from charges.models import Attempt, AttemptState, Charge
from core import clock

MANY = 100


@dataclass(frozen=True, slots=True)
class Concern:
    """One figure, where it leads to, and whether it calls for somebody."""

    title: str
    value: str
    address: str
    alarming: bool


def list_concerns(user: User | AnonymousUser) -> list[Concern]:
    """Return the figures that this person may see; none is counted beyond MANY."""
    concerns = []
    if user.has_perm("charges.view_charge"):
        concerns.append(_oldest_due_charge())
    if user.has_perm("charges.view_attempt"):
        concerns.append(_attempts("Attempts for a person to settle", AttemptState.NEEDS_REVIEW))
        concerns.append(_attempts("Attempts without an answer yet", AttemptState.UNKNOWN))
    return concerns


def _oldest_due_charge() -> Concern:
    oldest = Charge.objects.due().order_by().aggregate(oldest=Min("collect_at"))["oldest"]
    return Concern(
        title="Oldest charge due",
        value=write_instant(oldest) or "none is due",
        address=reverse("admin:charges_charge_changelist", query={"status__exact": "processed"}),
        alarming=oldest is not None and (clock.now() - oldest).total_seconds() > 120,
    )


def _attempts(title: str, state: AttemptState) -> Concern:
    found = _count(Attempt.objects.filter(state=state))
    return Concern(
        title=title,
        value=f"more than {MANY}" if found > MANY else str(found),
        address=reverse("admin:charges_attempt_changelist", query={"state__exact": state}),
        alarming=found > 0 and state == AttemptState.NEEDS_REVIEW,
    )


def _count(rows: QuerySet[Attempt]) -> int:
    return len(rows.order_by().values_list("pk", flat=True)[: MANY + 1])
