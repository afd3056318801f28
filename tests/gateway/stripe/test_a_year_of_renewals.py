"""A year of subscriptions at Stripe: each period is captured exactly once, or ends as the rules say."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from charges.fees.sweep import learn_due_fees
from charges.models import Attempt, AttemptState, Charge, ChargeKind, Dispute
from charges.processor.card_upkeep import follow_expiring_cards
from charges.refunds.make import refund_charge
from invoicing.issue import issue_papers
from operations.due_work import find_next_event
from operations.factories import SubscriptionFactory
from operations.verification import find_breaches
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due
from tests.gateway.stripe.cast import (
    answer_bank,
    at_both,
    change_behaviour,
    decide_dispute,
    enter_card,
    make_buyer,
)
from tests.gateway.stripe.tied_ledger import assert_ledger_is_as_told
from tests.subscriptions.stories import START, day, fetch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

END = day("2028-01-30")
GOOD, SECURE, DISPUTING = "pm_card_visa", "pm_card_authenticationRequired", "pm_card_createDispute"
DECLINING, STOLEN = "pm_card_chargeCustomerFail", "pm_card_visa_chargeDeclinedStolenCard"
SLOW = "pm_usBankAccount_success"
LOST = ("drop_before", "drop_after", "500_before", "500_after", "garbage_200", "rate_limit", "in_use")


class Year:
    """Subscriptions by the story that they tell, and what happens to them on which day."""

    def __init__(self, stand_in) -> None:
        self.stand_in = stand_in
        self.plans: list[tuple[datetime, Callable[[], None]]] = []
        self.told: dict[str, Subscription] = {}

    def begin(self, story: str, card: str = GOOD, **terms) -> None:
        """A buyer who enters a card and subscribes, all on the first day."""
        caller = make_buyer(self.stand_in, card)
        self.told[story] = SubscriptionFactory(caller=caller, activated=True, at=START, **terms)

    def on(self, date: str, act: Callable[..., None], *args) -> None:
        """Let something happen an hour after ten o'clock on a day."""
        self.plans.append((day(date) + timedelta(hours=1), lambda: act(*args)))

    def behave(self, story: str, card: str) -> None:
        """The card of a story's buyer behaves differently from now on."""
        change_behaviour(self.stand_in, fetch(self.told[story]).payment_option, card)

    def enter(self, story: str, card: str) -> None:
        """The buyer of a story enters another card."""
        enter_card(self.stand_in, self.told[story].buyer_account, card)

    def confirm(self, story: str, answer: str) -> None:
        """The buyer of a story answers the bank's question."""
        waiting = Attempt.objects.filter(charge__subscription=self.told[story])
        answer_bank(waiting.get(state=AttemptState.AWAITING_BUYER).charge_id, answer)

    def refund(self, story: str, period: int, cents: int) -> None:
        """The seller gives some of a period back."""
        with transaction.atomic():
            charge = self.told[story].charges.get(period=period, refund_of=None)
            refund_charge(charge, amount_minor=cents, due_at=charge.due_at)

    def decide(self, words: str) -> None:
        """The bank decides about the oldest dispute that is open."""
        dispute = Dispute.objects.filter(status="opened").earliest("pk")
        decide_dispute(self.stand_in, dispute.reference, words)

    def lose(self) -> None:
        """The next answers to a confirmation are lost, each in its own way."""
        for kind in LOST:
            self.stand_in.faults.add(kind, "/confirm")

    def live(self) -> None:
        """Work at each instant at which something is due, and once a day, until the year is over."""
        instant, plans = START, sorted(self.plans, key=lambda plan: plan[0])
        while instant <= END:
            with at_both(self.stand_in, instant):
                while plans and plans[0][0] <= instant:
                    plans.pop(0)[1]()
                work()
            following = [find_next_event(instant), next(iter(plans), (None,))[0], instant + timedelta(days=1)]
            instant = min(filter(None, following))
        assert plans == []


def work() -> None:
    """All sweeps."""
    while renew_due():
        pass
    collect_due_charges()
    resolve_due_attempts()
    ask_for_disputes()
    ask_about_open_disputes()
    learn_due_fees()
    follow_expiring_cards()


@pytest.fixture
def year(stand_in, settings) -> Year:
    """What is agreed on the first day, and what happens to it."""
    settings.LIVE_GATEWAY = "stripe"
    year = Year(stand_in)
    with at_both(stand_in, START):
        for story in ("calm", "recovers", "gives up", "stolen", "replaced", "answers lost", "debited"):
            year.begin(story)
        for story in ("secure", "not confirmed", "other card"):
            year.begin(story, SECURE)
        year.begin("disputed", DISPUTING)
    return year


def plan_cards(year: Year) -> None:
    """Cards that decline, and new ones; a debit that takes days."""
    year.on("2027-03-25", year.behave, "recovers", DECLINING)
    year.on("2027-04-03", year.enter, "recovers", "pm_card_mastercard")
    year.on("2027-06-01", year.behave, "gives up", DECLINING)
    year.on("2027-08-15", year.behave, "stolen", STOLEN)
    year.on("2027-05-10", year.enter, "replaced", "pm_card_mastercard")
    year.on("2027-02-10", year.behave, "debited", SLOW)


def plan_confirmations(year: Year) -> None:
    """Payments that the bank wants to be confirmed."""
    months = ("2027-02-01", "2027-03-01", "2027-04-01", "2027-05-01", "2027-06-01", "2027-07-01")
    for date in (*months, "2027-08-01", "2027-09-01", "2027-10-01", "2027-11-01", "2027-12-01", "2028-01-01"):
        year.on(date, year.confirm, "secure", "complete")
    for story in ("not confirmed", "other card"):
        year.on("2027-02-01", year.confirm, story, "complete")
    year.on("2027-03-02", year.enter, "other card", GOOD)


def plan_trouble(year: Year) -> None:
    """Lost answers, money that goes back, and disputes."""
    year.on("2027-04-29", year.lose)
    year.on("2027-07-29", year.lose)
    year.on("2027-03-05", year.refund, "calm", 1, 500)
    year.on("2027-03-06", year.refund, "calm", 1, 1_400)
    year.on("2027-02-05", year.decide, "winning_evidence")
    year.on("2027-03-05", year.decide, "losing_evidence")
    year.on("2027-02-03", year.behave, "disputed", DISPUTING)
    year.on("2027-03-10", year.behave, "disputed", GOOD)


def test_each_period_is_captured_exactly_once_or_ends_as_the_rules_say(year, stand_in):
    for plan in (plan_cards, plan_confirmations, plan_trouble):
        plan(year)
    year.live()
    paid, failed = "success", "failed"
    ends = {
        "gives up": ("frozen", [paid] * 5 + [failed]),
        "stolen": ("frozen", [paid] * 7 + [failed]),
        "not confirmed": ("frozen", [paid, failed]),
    }
    assert {story: read_end(subscription) for story, subscription in year.told.items()} == {
        story: ends.get(story, ("active", [paid] * 12)) for story in year.told
    }
    assert list_paid(stand_in) == count_paid()
    assert not Attempt.objects.exclude(state__in=("succeeded", "declined", "voided")).exists()
    assert sorted(Dispute.objects.values_list("status", flat=True)) == ["lost", "won"]
    refunds = Charge.objects.filter(kind=ChargeKind.REFUND).values_list("status", "total_minor")
    assert sorted(refunds) == [("success", 500), ("success", 1_400)]
    assert_ledger_is_as_told(stand_in)
    with at_both(stand_in, END):
        assert issue_papers() > 0
        assert [(breach.invariant.id, breach.rows) for breach in find_breaches()] == []


def read_end(subscription: Subscription) -> tuple[str, list[str]]:
    charges = subscription.charges.filter(refund_of=None).order_by("period")
    assert list(charges.values_list("period", flat=True)) == list(range(len(charges)))
    return fetch(subscription).status, list(charges.values_list("status", flat=True))


def list_paid(stand_in) -> list[str]:
    """The intents of which money was taken, once for each time."""
    return sorted(each["payment_intent"] for each in stand_in.books.every("charge") if each["paid"])


def count_paid() -> list[str]:
    """The references of the attempts that took money, one for each charge that is paid."""
    captures = Attempt.objects.filter(state=AttemptState.SUCCEEDED, charge__kind=ChargeKind.CHARGE)
    assert captures.count() == Charge.objects.filter(kind=ChargeKind.CHARGE, status="success").count()
    return sorted(captures.values_list("gateway_reference", flat=True))
