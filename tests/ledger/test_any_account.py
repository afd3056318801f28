"""Whatever is recorded and reversed, an account is as it would be on paper, and every line adds up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from core import clock
from core.errors import BillingError
from ledger.models import Allocation, CustomerTransaction
from operations.factories import CustomerFactory
from operations.invariants import RECEIVABLES
from operations.verification import find_breaches
from tests.ledger.accounts import (
    balance,
    check_guards,
    make_customer_with_fees_first,
    record,
    reverse,
    win,
)
from tests.ledger.paper_account import LOWERS, RAISES, PaperAccount

KINDS = sorted(RAISES | LOWERS | {"decline"})
PERCENT = st.none() | st.integers(1, 110)
WITHIN_THE_LIMIT = 50_000  # A larger one waits for a second person.
reached: Counter[str] = Counter()


class AnyAccount(RuleBasedStateMachine):
    """One customer's account in the database and on paper; lines are named by their place."""

    lines = Bundle("lines")

    @initialize(fees_first=st.booleans())
    def open_account(self, fees_first):
        self.customer = make_customer_with_fees_first() if fees_first else CustomerFactory()
        self.paper = PaperAccount(fees_first)
        self.rows = []
        self.now = datetime(2027, 5, 10, 12, tzinfo=UTC)

    @rule(
        target=lines,
        kind=st.sampled_from([*KINDS, *["invoice", "payment"] * 5]),
        cents=st.integers(1, 60) | st.integers(60, 10**6),
        due=st.integers(1, 28),
        names=st.lists(st.integers(0, 20), max_size=3),
    )
    def record(self, kind, cents, due, names):
        if kind == "adjustment":
            cents = min(cents, WITHIN_THE_LIMIT)
        names = [place for place in names if place < len(self.rows)]
        line = self.paper.record(kind, cents, date(2027, 5, due), names, self.now.date())
        named = ", ".join(str(self.rows[place].pk) for place in names)
        with clock.travel_to(self.now):
            self.rows.append(record(self.customer, kind, cents, day=due, invoice_list=named))
        return line.number

    @rule(target=lines, place=lines, percent=PERCENT)
    def reverse(self, place, percent):
        line = self.paper.lines[place]
        cents = percent and max(1, line.cents * percent // 100)
        expected = self.paper.reverse(line, cents, self.now.date())
        outcome = expected if isinstance(expected, str) else expected.kind
        reached[outcome] += 1
        assert self._reverse_in_database(place, cents) == outcome
        return multiple() if isinstance(expected, str) else expected.number

    def _reverse_in_database(self, place, cents):
        with clock.travel_to(self.now):
            try:
                self.rows.append(reverse(self.rows[place], amount_minor=cents))
            except BillingError as exc:
                return type(exc).__name__
        if self.rows[place].dispute:
            win(self.rows[place].dispute)
        return self.rows[-1].type

    @rule(hours=st.sampled_from([1, 11, 13]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def the_database_is_as_the_paper(self):
        if not self.rows:
            return
        places = {row.pk: place for place, row in enumerate(self.rows)}
        found = CustomerTransaction.objects.in_bulk(places)
        assert [found[row.pk].balance_minor for row in self.rows] == [each.open for each in self.paper.lines]
        ties: Counter[tuple[int, int]] = Counter()
        rows = Allocation.objects.filter(source__in=places, is_active=True)
        for source, target, cents in rows.values_list("source", "target", "amount_minor"):
            ties[places[source], places[target]] += cents
        on_paper: Counter[tuple[int, int]] = Counter()
        for credit, debt, cents in self.paper.ties:
            on_paper[credit.number, debt.number] += cents
        assert ties == on_paper
        assert balance(self.customer) == self.paper.balance()

    @invariant()
    def the_guards_agree(self):
        check_guards()

    def teardown(self):
        broken = [(breach.invariant.id, breach.rows) for breach in find_breaches(RECEIVABLES)]
        assert not broken


OFTEN = {"invoice_reversal", "credit_reversal", "void", "AlreadyReversed", "NotReversible"}
SELDOM = {"refund", "refund_reversal", "chargeback_reversal", "ReversedOnlyWhole", "ReversalTooLarge"}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("examples", "outcomes"), [(12, OFTEN), pytest.param(80, OFTEN | SELDOM, marks=pytest.mark.night)]
)
def test_any_account_is_as_it_would_be_on_paper(examples, outcomes):
    reached.clear()
    run_machine(
        AnyAccount,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert outcomes <= reached.keys()
