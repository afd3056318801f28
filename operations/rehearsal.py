"""Running everything that is due: now, or event by event up to an instant to come."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from charges.collection.invoice_remainder import find_open_minor
from charges.collection.retries import bring_counted_retries_forward, list_counted_retries
from charges.models import Attempt, AttemptState, Charge, ChargeKind
from core import clock
from core.errors import BillingError
from core.money import Money
from gateway.registry import has_live_gateway
from operations.due_work import SOURCES, Due, find_next_event, find_window_end, work_off
from subscriptions.renewal.coming_bills import list_coming_bills

# In words of the people who read the summary.
MOVED = {ChargeKind.CHARGE: "collected", ChargeKind.DISBURSEMENT: "paid out", ChargeKind.REFUND: "refunded"}
WOULD = {
    ChargeKind.CHARGE: "would collect",
    ChargeKind.DISBURSEMENT: "would pay out",
    ChargeKind.REFUND: "would refund",
}
OUTCOMES = {
    AttemptState.DECLINED: "declined",
    AttemptState.SENDING: "unknown",
    AttemptState.UNKNOWN: "unknown",
    AttemptState.AWAITING_BUYER: "to be confirmed by the payer",
    AttemptState.NEEDS_REVIEW: "for review",
    AttemptState.VOIDED: "not sent",
    AttemptState.RETURNED: "came back",
}


# A gateway that cannot be reached is tried again every half minute: a year of that is no rehearsal.
MAX_INSTANTS = 20_000


class RehearsalTooLong(BillingError):
    """Too many events fall due up to that instant; what was due before is done, rehearse a shorter time."""


class RehearsalRefused(BillingError):
    """The future is not rehearsed where a live processor would move real money."""


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


def run_billing(
    *, until: datetime | None = None, report: Callable[[datetime], None] = lambda instant: None
) -> Summary:
    """Do what is due now and, with `until`, all that falls due up to it, each at its own instant.

    Without it, whatever is retried by count is tried now: one run is one try, as it was for programs whose
    only schedule was how often they ran. An instant in the past does what was due then, as of then.
    `report` hears how far it has come. Raises RehearsalRefused, RehearsalTooLong.
    """
    outcomes: dict[int, Attempt] = {}
    if until is None:
        bring_counted_retries_forward()
        _run_due(outcomes, clock.now())
    else:
        require_rehearsal_allowed(until)
        for instant, window_ends in _walk(until):
            with clock.travel_to(instant):
                _run_due(outcomes, window_ends)
            report(window_ends)
    summary = Summary()
    for attempt in outcomes.values():
        summary.add(_name_outcome(attempt), attempt.money)
    return summary


def _name_outcome(attempt: Attempt) -> str:
    if attempt.state == AttemptState.SUCCEEDED:
        return MOVED[ChargeKind(attempt.charge.kind)]
    return OUTCOMES[AttemptState(attempt.state)]


def preview_billing(*, until: datetime | None = None) -> Summary:
    """Say what `run_billing` would do, changing nothing. Raises RehearsalRefused.

    What follows from a gateway's answers cannot be known without asking it, so each payment is taken to
    succeed.
    """
    if until is not None:
        require_rehearsal_allowed(until)
    summary = Summary()
    with clock.travel_to(until or clock.now()):
        waiting = list_counted_retries() if until is None else Charge.objects.none()
        for charge in (Charge.objects.due() | waiting).select_related("invoice").iterator():
            if cents := find_open_minor(charge):
                summary.add(WOULD[ChargeKind(charge.kind)], Money(cents, charge.currency))
        for attempt in Attempt.objects.unresolved().iterator():
            summary.add("would ask about", attempt.money)
        for kind, total in list_coming_bills(until=clock.now()):
            summary.add(WOULD[ChargeKind(kind)], total)
    return summary


def require_rehearsal_allowed(until: datetime) -> None:
    """Raise RehearsalRefused for an instant to come where real money can move."""
    if until > clock.now() and has_live_gateway():
        raise RehearsalRefused


def _walk(until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when something is due, and until when renewals may be run along with it.

    What the work makes due later comes in its turn.
    """
    instant = min(clock.now(), until)
    for _ in range(MAX_INSTANTS):
        yield instant, min(until, find_window_end(instant))
        following = find_next_event(instant)
        if following is None or following > until:
            return
        instant = following
    raise RehearsalTooLong


def _run_due(outcomes: dict[int, Attempt], window_ends: datetime) -> None:
    started = clock.now()
    for done in work_off(window_ends):
        outcomes |= _read_outcomes(done, started)


def _read_outcomes(done: set[tuple[str, Due]], started: datetime) -> dict[int, Attempt]:
    """Return the attempts that this work made or asked about."""
    attempts: dict[int, Attempt] = {}
    for source in SOURCES:
        ids = {pk for name, (pk, _) in done if name == source.name}
        attempted = Attempt.objects.select_related("charge").exclude(resolved_at__lt=started)
        for path in source.paths:
            attempts |= {attempt.pk: attempt for attempt in attempted.filter(**{f"{path}__in": ids})}
    return attempts
