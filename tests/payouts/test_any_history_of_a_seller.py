"""Sales, refunds, disputes, payouts and time in any order: the books say what a plain model says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck
from hypothesis import settings as trying
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.errors import ChargeInDispute, RefundedAlready
from charges.models import Attempt, Charge
from core import clock
from core.errors import InvalidField
from gateway.base import GatewayError
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Movement
from gateway.registry import get_gateway
from gateway.sandbox import SandboxGateway
from gateway.sandbox_behaviours import REFUND_REFUSED
from gateway.sandbox_operations import answer_about, make_decline
from ledger.balances import read_balance
from ledger.models import LedgerAccount
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PayoutAccountFactory,
    UserFactory,
)
from operations.factories.payouts import make_approver
from payouts.available import read_available
from payouts.decide import approve_payout, cancel_payout, reject_payout
from payouts.errors import BalanceTooLow, PayoutTooSmall
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout
from tests.charges.refunds.asking import ask as ask_refund
from tests.charges.scripted_gateway import report
from tests.payouts.plain_model import DECIMALS, HOLD, Back, Notes, Payment, Sale
from tests.payouts.steps import ask as ask_payout

PERCENTS = (0, 13, 33)
SENT_AGAIN_WITHIN = timedelta(hours=12)
LEAST = Decimal(10)
WHATEVER = st.integers(0, 10**6)  # Picks one of what there is.


class MoodyGateway(SandboxGateway):
    """A sandbox that refuses refunds, or does not answer before or after it has made one."""

    mood: ClassVar[str] = "answers"

    def refund(self, movement: Movement) -> Answer:
        if self.mood == "loses":
            raise GatewayError("timed out before the request was processed")
        if self.mood == "declines":
            return answer_about(self.books.record(make_decline(movement, REFUND_REFUSED)))
        answer = super().refund(movement)
        if self.mood == "is silent":
            raise GatewayError("timed out waiting for the answer")
        return answer


class AnySeller(RuleBasedStateMachine):
    """One seller, three currencies, one buyer, two people of the staff, and a moody processor."""

    @initialize()
    def open(self) -> None:
        self.now = datetime(2027, 1, 5, 12, tzinfo=UTC)
        self.notes = Notes()
        self.sales, self.payouts = self.notes.sales, self.notes.payouts
        with clock.travel_to(self.now):
            self.seller = PayoutAccountFactory().organization
            for currency in ("JPY", "KWD"):
                PayoutAccountFactory(
                    organization=self.seller, currency=currency, iban="", other_account="A 7"
                )
            buyer = AccountFactory()
            apps = {
                each: ApplicationFactory(organization=self.seller, commission_percent=each)
                for each in PERCENTS
            }
            self.callers = {each: CallerFactory(account=buyer, application=app) for each, app in apps.items()}
            self.clerk, self.approver = UserFactory(staff=True), make_approver()
        self.before = self.read_ledger()

    @rule(
        currency=st.sampled_from([*DECIMALS]),
        price=st.integers(1, 90_000) | st.integers(1, 40),
        percent=st.sampled_from(PERCENTS),
    )
    def sell(self, currency, price, percent):
        with clock.travel_to(self.now):
            charge = ChargeFactory(
                collected=True,
                caller=self.callers[percent],
                currency=currency,
                price_minor=price,
                quantity=1,
            )
        self.sales.append(Sale(charge.pk, currency, percent, price, self.now))

    @precondition(lambda self: self.sales)
    @rule(which=WHATEVER, cents=st.none() | st.integers(0, 50_000))
    def ask_for_a_refund(self, which, cents):
        sale = self.pick_one(self.sales, which)
        wanted = sale.left if cents is None else cents
        with clock.travel_to(self.now):
            charge = Charge.objects.get(pk=sale.pk)
            if sale.pick("disputes", "opened") or not sale.left or not 1 <= wanted <= sale.left:
                with pytest.raises((ChargeInDispute, RefundedAlready, InvalidField)):
                    ask_refund(charge, cents, requested_by=self.clerk)
                return
            request = ask_refund(charge, cents, requested_by=self.clerk)
        refund = Back(str(request.public_id), wanted, sale.share_commission(wanted), "asked")
        sale.refunds.append(refund)

    @precondition(lambda self: self.notes.find_refunds("asked"))
    @rule(which=WHATEVER, mood=st.sampled_from(["answers", "answers", "declines", "loses", "is silent"]))
    def pay_a_refund(self, which, mood):
        refund = self.pick_one(self.notes.find_refunds("asked"), which)
        MoodyGateway.mood = mood
        with clock.travel_to(self.now):
            collect_charge(Charge.objects.get(public_id=refund.id).pk)
        MoodyGateway.mood = "answers"
        refund.state = {"answers": "paid", "declines": "failed"}.get(mood, "unknown")
        refund.lost_at = self.now if mood == "loses" else None

    @precondition(lambda self: self.notes.find_refunds("unknown"))
    @rule(which=WHATEVER)
    def learn_what_became_of_a_refund(self, which):
        """One that was made is made once; one that was lost is sent again, later than that anew."""
        refund = self.pick_one(self.notes.find_refunds("unknown"), which)
        self.now += timedelta(minutes=10)
        with clock.travel_to(self.now):
            attempt = Attempt.objects.filter(charge__public_id=refund.id).latest("number")
            resolve_attempt(attempt.pk, early=True)
        refund.state = "paid"
        if refund.lost_at is not None and self.now - refund.lost_at >= SENT_AGAIN_WITHIN:
            refund.state = "asked"
            self.now += timedelta(days=1)

    @precondition(lambda self: any(sale.left for sale in self.sales))
    @rule(which=WHATEVER, cents=st.integers(1, 50_000), fee=st.sampled_from([0, 15]))
    def open_a_dispute(self, which, cents, fee):
        sale = self.pick_one([sale for sale in self.sales if sale.left], which)
        dispute = Back(
            f"dp_{self.seller.pk}_{which}_{len(sale.disputes)}_{sale.pk}", min(cents, sale.left), 0, ""
        )
        dispute.fee = fee
        self.tell(sale, dispute, "opened")
        sale.disputes.append(dispute)

    @precondition(lambda self: any(sale.pick("disputes", "opened") for sale in self.sales))
    @rule(which=WHATEVER, end=st.sampled_from(["won", "lost"]), again=st.booleans())
    def decide_a_dispute(self, which, end, again):
        opened = [(sale, each) for sale in self.sales for each in sale.pick("disputes", "opened")]
        sale, dispute = self.pick_one(opened, which)
        for _ in range(1 + again):
            self.tell(sale, dispute, end)

    def tell(self, sale: Sale, dispute: Back, state: str) -> None:
        with clock.travel_to(self.now):
            said = report(
                Charge.objects.get(pk=sale.pk),
                status=DisputeStatus(state),
                reference=dispute.id,
                amount=dispute.amount,
                fee=dispute.fee,
            )
            record_dispute(Asked("sandbox", said, clock.now()))
        sale.move(dispute, state)

    @rule(currency=st.sampled_from([*DECIMALS]), cents=st.none() | st.integers(1, 90_000))
    def ask_for_a_payout(self, currency, cents):
        available = self.notes.count_available(currency, self.now).available_minor
        wanted = max(available, 0) if cents is None else cents
        least = int(LEAST * 10 ** DECIMALS[currency])
        asked = {"currency": currency, "user": self.clerk, "method": "by_hand"}
        with clock.travel_to(self.now):
            if wanted < least or wanted > available:
                with pytest.raises((BalanceTooLow, PayoutTooSmall)):
                    ask_payout(self.seller, cents, **asked)
                return
            payout = ask_payout(self.seller, cents, **asked)
        self.payouts.append(Payment(payout.pk, currency, wanted, "requested"))

    @precondition(lambda self: any(each.state in self.NEXT for each in self.payouts))
    @rule(which=WHATEVER, way=st.integers(0, 1))
    def go_on_with_a_payout(self, which, way):
        payout = self.pick_one([each for each in self.payouts if each.state in self.NEXT], which)
        ways = self.NEXT[payout.state]
        state, act = ways[way % len(ways)]
        with clock.travel_to(self.now):
            act(self, payout.pk)
        payout.state = state

    NEXT = {
        "requested": [
            ("approved", lambda self, pk: approve_payout(pk, user=self.approver)),
            ("rejected", lambda self, pk: reject_payout(pk, user=self.approver, reason="No.")),
        ],
        "approved": [
            ("sent", lambda self, pk: send_by_hand(pk, reference="x", actor="test")),
            ("cancelled", lambda self, pk: cancel_payout(pk, actor="test")),
        ],
        "sent": [
            ("settled", lambda self, pk: settle_payout(pk, actor="test")),
            ("returned", lambda self, pk: return_payout(pk, actor="test", reason="Closed.")),
        ],
        "settled": [("returned", lambda self, pk: return_payout(pk, actor="test", reason="Back."))],
    }

    @rule(hours=st.sampled_from([1, 24, 8 * 24, 8 * 24]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def what_a_seller_can_be_paid_is_what_the_model_says(self):
        with clock.travel_to(self.now):
            for currency in DECIMALS:
                found = read_available(organization_id=self.seller.pk, currency=currency)
                assert found == self.notes.count_available(currency, self.now)

    @invariant()
    def the_books_are_what_the_model_says(self):
        found = {key: cents - self.before.get(key, 0) for key, cents in self.read_ledger().items()}
        assert {key: cents for key, cents in found.items() if cents} == {
            (kind, currency): cents
            for currency in DECIMALS
            for kind, cents in self.notes.count_books(currency).items()
            if cents
        }

    @invariant()
    def each_refund_is_where_the_model_says(self):
        states = {"failed": "failed", "paid": "success"}
        expected = {each.id: states.get(each.state, "processed") for each in self.notes.find_refunds()}
        found = Charge.objects.filter(kind="refund", payee=self.seller).values_list("public_id", "status")
        assert {str(public_id): status for public_id, status in found} == expected

    def read_ledger(self) -> dict[tuple[str, str], int]:
        whose = Q(organization=None) | Q(organization=self.seller)
        accounts = [*LedgerAccount.objects.filter(whose, livemode=True)]
        found = {account.pk: read_balance(account.pk) for account in accounts}
        return {(account.kind, account.currency): found[account.pk] for account in accounts}

    @staticmethod
    def pick_one(things: list, which: int):
        return things[which % len(things)]


@pytest.fixture
def _moody(settings, db):
    settings.GATEWAYS = {"sandbox": f"{__name__}.MoodyGateway"}
    settings.DEFAULT_CURRENCY, settings.CURRENCIES = "EUR", frozenset(DECIMALS)
    settings.REFUND_APPROVAL_LIMIT = dict.fromkeys(DECIMALS, 99_999_999)
    settings.PAYOUT_MINIMUM, settings.PAYOUT_HOLD_DAYS = LEAST, HOLD.days
    settings.DISPUTE_FEE_PAYER = "seller"
    with connection.cursor() as cursor:
        limits = ",".join(f"{currency}:99999999" for currency in DECIMALS)
        cursor.execute("SELECT set_config('billing.refund_approval_limit', %s, true)", [limits])
    get_gateway.cache_clear()
    yield
    get_gateway.cache_clear()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("_moody", "sound_books")
@pytest.mark.parametrize("examples", [6, pytest.param(120, marks=pytest.mark.night)])
def test_whatever_happens_the_books_say_what_a_plain_model_says(examples):
    run_state_machine_as_test(
        AnySeller,
        settings=trying(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
