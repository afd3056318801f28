"""What needs a look about payments, for the first page: charges, attempts, disputes, card testing."""

from collections.abc import Iterable

from django.db.models import Min, Q
from django.urls import reverse

from backoffice.columns import write_instant
from backoffice.concern import NONE_DUE, Concern, count, count_live, write_count
from backoffice.questions import ACCEPTED, COLLECTING, DUE_SOON, RETURNED_LATELY, SLOWED_LATELY
from charges.models import Attempt, AttemptState, CardTesting, Charge, Dispute, DisputeStatus
from core import clock

TEST = Q(test=True)
NOT_LIVE = Q(livemode=False)
CHARGES = "admin:charges_charge_changelist"
ATTEMPTS = "admin:charges_attempt_changelist"
DISPUTES = "admin:charges_dispute_changelist"


def list_charges() -> Iterable[Concern]:
    """Return what is collected late, and what nobody activated."""
    oldest = Charge.objects.due().exclude(TEST).order_by().aggregate(oldest=Min("collect_at"))["oldest"]
    yield Concern(
        title="Oldest charge due",
        value=write_instant(oldest) or NONE_DUE,
        address=reverse(CHARGES, query={"look": COLLECTING.name}),
        alarming=oldest is not None and (clock.now() - oldest).total_seconds() > 120,
    )
    found, remark = count_live(Charge.objects.filter(ACCEPTED.answer()), tests=TEST)
    yield Concern(
        title="Charges accepted, not activated",
        value=write_count(found),
        address=reverse(CHARGES, query={"look": ACCEPTED.name}),
        alarming=False,
        remark=remark,
    )


def list_attempts() -> Iterable[Concern]:
    """Return the attempts without an answer, and the money that came back."""
    yield _count_attempts("Attempts for a person to settle", AttemptState.NEEDS_REVIEW)
    yield _count_attempts("Attempts without an answer yet", AttemptState.UNKNOWN)
    yield _count_attempts("Payments for the payer to confirm", AttemptState.AWAITING_BUYER)
    found, remark = count_live(Attempt.objects.filter(RETURNED_LATELY.answer()), tests=NOT_LIVE)
    yield Concern(
        title="Refunds that came back in the last 7 days",
        value=write_count(found),
        address=reverse(ATTEMPTS, query={"look": RETURNED_LATELY.name}),
        alarming=found > 0,
        remark=remark,
    )


def _count_attempts(title: str, state: AttemptState) -> Concern:
    found, remark = count_live(Attempt.objects.filter(state=state), tests=NOT_LIVE)
    return Concern(
        title=title,
        value=write_count(found),
        address=reverse(ATTEMPTS, query={"state__exact": state}),
        alarming=found > 0 and state == AttemptState.NEEDS_REVIEW,
        remark=remark,
    )


def list_disputes() -> Iterable[Concern]:
    """Return the disputes to answer soon, with the day of the first of them, and all that are open."""
    soon = Dispute.objects.filter(DUE_SOON.answer())
    found, of_tests = count_live(soon, tests=NOT_LIVE)
    first = soon.exclude(NOT_LIVE).order_by("evidence_due_by").first()
    said = (f"the first by {write_instant(first.evidence_due_by)}" if first else "", of_tests)
    yield Concern(
        title="Disputes to answer within 7 days",
        value=write_count(found),
        address=reverse(DISPUTES, query={"look": DUE_SOON.name}),
        alarming=found > 0,
        remark=", ".join(filter(None, said)),
    )
    is_open = DisputeStatus.OPENED
    found, remark = count_live(Dispute.objects.filter(status=is_open), tests=NOT_LIVE)
    yield Concern(
        title="Disputes to answer",
        value=write_count(found),
        address=reverse(DISPUTES, query={"status__exact": is_open}),
        alarming=False,
        remark=remark,
    )


def count_slowed_tries() -> Concern:
    """Return whose tries of cards were refused in the last day."""
    found = count(CardTesting.objects.filter(SLOWED_LATELY.answer()))
    return Concern(
        title="Slowed for card testing in the last 24 hours",
        value=write_count(found),
        address=reverse("admin:charges_cardtesting_changelist", query={"look": SLOWED_LATELY.name}),
        alarming=found > 0,
    )
