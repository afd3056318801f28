"""Whatever people, cards, clocks and crashes do, money moves once and the books are sound."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from charges.collection.single import claim_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.consent import Decider, accept_charge, decline_charge
from charges.errors import ChargeExpired, WrongState
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.requests.direct import activate_charge
from core import clock
from customers.models import PaymentOption
from ledger.balances import read_seller_balance
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription, decline_subscription
from subscriptions.models import Subscription
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import renew_due
from tests.money import captures
from tests.verification import assert_books_are_sound

CARDS = ("approve", "decline_soft", "decline_hard", "timeout_before", "timeout_after", "late", "unreachable")
FINAL = {ChargeStatus.SUCCESS, ChargeStatus.FAILED, ChargeStatus.DECLINED}


class History(RuleBasedStateMachine):
    """One buyer, one seller, and everything that can happen between them."""

    charges = Bundle("charges")
    subscriptions = Bundle("subscriptions")

    @initialize()
    def meet(self) -> None:
        self.now = datetime(2027, 1, 31, 10, tzinfo=UTC)
        account = AccountFactory()
        PaymentOptionFactory(organization=account.organization)
        self.app = ApplicationFactory()
        self.caller = CallerFactory(account=account, application=self.app)
        self.buyer = account.organization
        self.decider = Decider.on_page(account, ip=None, user_agent="")
        self.ended: dict[int, str] = {}

    @rule(target=charges, price=st.integers(1, 10**6), quantity=st.integers(1, 90), test=st.booleans())
    def ask_once(self, price, quantity, test):
        return self._do(ChargeFactory, caller=self.caller, price_minor=price, quantity=quantity, test=test).pk

    @rule(
        target=subscriptions,
        price=st.integers(1, 10**6),
        months=st.integers(1, 12),
        trial=st.sampled_from([0, 0, 7]),
    )
    def ask_again_and_again(self, price, months, trial):
        return self._do(
            SubscriptionFactory, caller=self.caller, price_minor=price, interval=months, trial_days=trial
        ).pk

    @rule(target=subscriptions, price=st.integers(1, 10**6), months=st.sampled_from([1, 1, 3]))
    def agree_on_a_subscription(self, price, months):
        pk = self._do(SubscriptionFactory, caller=self.caller, price_minor=price, interval=months).pk
        self._do(accept_subscription, pk, decider=self.decider)
        self._do(activate_subscription, pk, actor="test")
        return pk

    @rule(pk=charges, decide=st.sampled_from([accept_charge, accept_charge, decline_charge]))
    def decide(self, pk, decide):
        self._do(decide, pk, decider=self.decider)

    @rule(pk=charges)
    def activate(self, pk):
        self._do(activate_charge, pk, actor="test")

    @rule(pk=subscriptions, decide=st.sampled_from([accept_subscription] * 3 + [decline_subscription]))
    def decide_about_subscription(self, pk, decide):
        self._do(decide, pk, decider=self.decider)

    @rule(pk=subscriptions)
    def start(self, pk):
        self._do(activate_subscription, pk, actor="test")

    @rule(pk=subscriptions)
    def cancel(self, pk):
        self._do(cancel_subscription, pk, actor="test")

    @rule(behaviour=st.sampled_from(CARDS))
    def card_changes(self, behaviour):
        PaymentOption.objects.filter(organization=self.buyer).update(
            gateway_token=f"tok_test_{behaviour}_{self.buyer.pk}"
        )

    @rule(seconds=st.sampled_from([1, 15, 130, 3_600, 86_400, 5 * 86_400, 31 * 86_400]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def workers_work(self):
        with clock.travel_to(self.now):
            renew_due()
            collect_due_charges()
            resolve_due_attempts()

    @rule()
    def a_worker_dies_after_claiming_renewals(self):
        with clock.travel_to(self.now):
            claim_renewals(until=self.now, limit=10)

    @rule(pk=charges)
    def a_worker_dies_after_claiming_a_charge(self, pk):
        self._do(claim_charge, pk)

    @invariant()
    def nothing_that_ended_moves_again(self):
        for pk, status in self._mine().values_list("pk", "status"):
            assert self.ended.get(pk, status) == status
            if status in FINAL:
                self.ended[pk] = status

    @invariant()
    def the_seller_is_owed_exactly_the_share_of_what_succeeded(self):
        for live in (True, False):
            paid = self._mine().filter(status=ChargeStatus.SUCCESS, test=not live)
            share = sum(total - fee for total, fee in paid.values_list("total_minor", "commission_minor"))
            owed = read_seller_balance(
                organization_id=self.app.organization_id, currency="USD", livemode=live
            )
            assert owed == share

    def teardown(self):
        if hasattr(self, "now"):
            self.card_changes("approve")
            # The last one is past the patience with an attempt that has no answer.
            for hours in (2, 2, 2, 2, 25):
                self.now += timedelta(hours=hours)
                self.workers_work()
            self._gateway_and_books_agree()
            assert_books_are_sound()

    def _gateway_and_books_agree(self):
        mine = Attempt.objects.filter(charge__in=self._mine())
        assert not mine.filter(state__in=[AttemptState.SENDING, AttemptState.UNKNOWN]).exists()
        succeeded = set(mine.filter(state=AttemptState.SUCCEEDED).values_list("gateway_reference", flat=True))
        captured = {reference for reference, _ in captures()}
        assert succeeded <= captured
        # What the gateway took and we did not book is waiting for a person, never forgotten.
        booked = set(Attempt.objects.values_list("gateway_reference", flat=True))
        assert len(captured - booked) <= Attempt.objects.filter(state=AttemptState.NEEDS_REVIEW).count()

    def _mine(self):
        return Charge.objects.filter(payee_id=self.app.organization_id)

    def _do(self, work, *args, **kwargs):
        with clock.travel_to(self.now):
            try:
                return work(*args, **kwargs)
            except (WrongState, ChargeExpired):
                return None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("examples", [8, pytest.param(20, marks=pytest.mark.night)])
def test_any_history_keeps_the_books_sound(examples):
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Charge.objects.filter(status=ChargeStatus.SUCCESS).exists()
    assert Subscription.objects.filter(charges__status=ChargeStatus.SUCCESS).exists()
