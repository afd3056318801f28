"""Running everything that is due: now, or event by event up to an instant to come.

Whatever falls due by the clock is an EventSource; renewals will be one more.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from charges.models import Attempt, AttemptState, Charge
from charges.models.attempt import OPEN_STATES
from charges.models.charge import ChargeStatus
from charges.sweeps import BATCH, collect_due_charges, resolve_due_attempts
from core import clock
from core.errors import BillingError
from core.money import Money
from gateway.registry import has_live_gateway

# In words of the people who read the summary.
OUTCOMES = {
    AttemptState.SUCCEEDED: "collected",
    AttemptState.DECLINED: "declined",
    AttemptState.SENDING: "unknown",
    AttemptState.UNKNOWN: "unknown",
    AttemptState.NEEDS_REVIEW: "for review",
    AttemptState.VOIDED: "not sent",
}


# A gateway that cannot be reached is tried again every half minute: a year of that is no rehearsal.
MAX_INSTANTS = 20_000


class RehearsalTooLong(BillingError):
    """Too many events fall due up to that instant; what was due before is done, rehearse a shorter time."""


class RehearsalRefused(BillingError):
    """The future is not rehearsed where a live processor would move real money."""


@dataclass(frozen=True, slots=True)
class EventSource:
    """Work that falls due: which rows are, when the next will be after an instant, and how to do it."""

    name: str
    due: Callable[[], list[int]]
    next_after: Callable[[datetime], datetime | None]
    run: Callable[[], int]


@dataclass(slots=True)
class Summary:
    """What became of what was due: how many per outcome, and how much (cents) per outcome and currency."""

    counts: Counter[str] = field(default_factory=Counter)
    amounts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, outcome: str, money: Money) -> None:
        """Count one more."""
        self.counts[outcome] += 1
        self.amounts.setdefault(outcome, Counter())[money.currency] += money.amount_minor

    def describe(self, *always: str) -> list[str]:
        """Return a line for each outcome, those named always."""
        return [self._describe(outcome) for outcome in dict.fromkeys([*always, *sorted(self.counts)])]

    def _describe(self, outcome: str) -> str:
        amounts = sorted(self.amounts.get(outcome, {}).items())
        written = ", ".join(str(Money(cents, currency)) for currency, cents in amounts)
        return f"{outcome} {self.counts[outcome]}" + (f" ({written})" if written else "")


def _next_collection(after: datetime) -> datetime | None:
    rows = Charge.objects.filter(status=ChargeStatus.PROCESSED, collect_at__gt=after)
    return rows.order_by("collect_at").values_list("collect_at", flat=True).first()


def _next_question(after: datetime) -> datetime | None:
    rows = Attempt.objects.filter(state__in=OPEN_STATES, check_at__gt=after)
    return rows.order_by("check_at").values_list("check_at", flat=True).first()


SOURCES = (
    EventSource(
        "charge to collect",
        lambda: list(Charge.objects.due().values_list("pk", flat=True)[:BATCH]),
        _next_collection,
        collect_due_charges,
    ),
    EventSource(
        "attempt to ask about",
        lambda: list(Attempt.objects.unresolved().values_list("pk", flat=True)[:BATCH]),
        _next_question,
        resolve_due_attempts,
    ),
)


def run_billing(*, until: datetime | None = None) -> Summary:
    """Do what is due now and, with `until`, all that falls due up to it, each at its own instant.

    An instant in the past does what was due then, as of then. Raises RehearsalRefused, RehearsalTooLong.
    """
    outcomes: dict[int, Attempt] = {}
    if until is None:
        _run_due(outcomes)
    else:
        require_rehearsal_allowed(until)
        for instant in _walk(until):
            with clock.standing_at(instant):
                _run_due(outcomes)
    summary = Summary()
    for attempt in outcomes.values():
        summary.add(OUTCOMES[AttemptState(attempt.state)], attempt.money)
    return summary


def preview_billing(*, until: datetime | None = None) -> Summary:
    """Say what `run_billing` would start with, changing nothing. Raises RehearsalRefused.

    What follows from a gateway's answers cannot be known without asking it.
    """
    if until is not None:
        require_rehearsal_allowed(until)
    summary = Summary()
    with clock.standing_at(until or clock.now()):
        for charge in Charge.objects.due().iterator():
            summary.add("would collect", charge.total)
        for attempt in Attempt.objects.unresolved().iterator():
            summary.add("would ask about", attempt.money)
    return summary


def require_rehearsal_allowed(until: datetime) -> None:
    """Raise RehearsalRefused for an instant to come where real money can move."""
    if until > clock.now() and has_live_gateway():
        raise RehearsalRefused


def _walk(until: datetime) -> Iterator[datetime]:
    """Yield the instants at which something is due; what the work there makes due later comes in its turn."""
    instant = min(clock.now(), until)
    for _ in range(MAX_INSTANTS):
        yield instant
        following = min(filter(None, [source.next_after(instant) for source in SOURCES]), default=None)
        if following is None or following > until:
            return
        instant = following
    raise RehearsalTooLong


def _run_due(outcomes: dict[int, Attempt]) -> None:
    """Run the sources until nothing more can be done; a row that stays due is not tried twice."""
    tried: set[tuple[str, int]] = set()
    while todo := {(source.name, pk) for source in SOURCES for pk in source.due()} - tried:
        tried |= todo
        for source in SOURCES:
            source.run()
        outcomes |= _read_outcomes(todo)


def _read_outcomes(done: set[tuple[str, int]]) -> dict[int, Attempt]:
    charges = [pk for name, pk in done if name == SOURCES[0].name]
    asked = [pk for name, pk in done if name == SOURCES[1].name]
    newest = Attempt.objects.filter(charge__in=charges).order_by("charge", "-number").distinct("charge")
    return {attempt.pk: attempt for attempt in (*newest, *Attempt.objects.filter(pk__in=asked))}
