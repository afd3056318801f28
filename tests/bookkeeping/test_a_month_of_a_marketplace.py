"""A month of a marketplace, told to the cent: sales, refunds, disputes, payouts, a correction, the close.

Each entry of the story says what it adds to what the seller is owed, and to the commission; at the end the
books, the statement of the seller, and Beancount say the same.
"""

from datetime import UTC, datetime, timedelta

import pytest
from beancount import loader
from beancount.core import data, realization

from bookkeeping.exports import beancount
from bookkeeping.models import PARTS, Statement
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge, ChargeStatus
from core import clock
from customers.models import Application
from gateway.hints import DisputeStatus
from invoicing.issue import issue_papers
from invoicing.models import TaxPaper
from ledger.as_of import read_balances_as_of
from ledger.corrections.lines import CorrectionLine
from ledger.corrections.request import approve_correction, request_correction
from ledger.models import LedgerAccount
from ledger.postings import CLEARING, FEES
from operations.factories import (
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PayoutAccountFactory,
    SubscriptionFactory,
    UserFactory,
)
from payouts.decide import approve_payout
from payouts.errors import BalanceTooLow
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout
from tests.approvals.asking import approver
from tests.bookkeeping.months import DECEMBER, NOVEMBER, OCTOBER, close
from tests.charges.refunds.asking import ask as ask_refund
from tests.charges.refunds.asking import pay_out
from tests.charges.scripted_gateway import report
from tests.ledger.corrections.test_corrections import PDF
from tests.payouts.steps import ask as ask_payout
from tests.subscriptions.stories import at
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)

OCTOBER_12 = datetime(2026, 10, 12, 10, tzinfo=UTC)
OWED = {
    "sold": 1_520 + 8_000 + 4_001 + 2_400 + 3_200 + 1_520,
    "given back": -4_001 - 2_400,
    "paid out": -9_520,
}
COMMISSION = 380 + 2_000 + 1_000 + 600 + 800 + 380 - 1_000 - 600
FEES_KEPT = 2 * 1_500 + 250


def on(day, hour=10):
    """The clock of the story, on a day of November."""
    return clock.travel_to(datetime(2026, 11, day, hour, tzinfo=UTC))


@pytest.fixture
def caller():
    """A buyer of an app of which the marketplace keeps 20 %; its owner is paid in USD, by hand."""
    with clock.travel_to(OCTOBER_12 - timedelta(days=30)):
        app = ApplicationFactory(commission_percent=20)
        PayoutAccountFactory(organization=app.organization, without_iban=True, since=timedelta(0))
        return CallerFactory(application=app)


def sell(day, caller, cents, **terms) -> Charge:
    with on(day):
        return ChargeFactory(**{"collected": True, "caller": caller} | terms, price_minor=cents, quantity=1)


def give_back(day, charge, cents=None) -> None:
    with on(day):
        assert pay_out(ask_refund(charge, cents)).status == ChargeStatus.SUCCESS


def dispute(day, charge, status) -> None:
    with on(day):
        said = report(charge, status=status, reference=f"dp_{charge.pk}", fee=1_500)
        record_dispute(Asked("sandbox", said, clock.now()))


def pay_seller(day, seller, cents, *, clerk, approved_by):
    """Ask for all that is available, have it approved and send it by hand."""
    with on(day):
        with pytest.raises(BalanceTooLow):
            ask_payout(seller, cents + 1, user=clerk, currency="USD")
        payout = ask_payout(seller, user=clerk, currency="USD")
        assert payout.amount_minor == cents
        approve_payout(payout.pk, user=approved_by)
        send_by_hand(payout.pk, reference=f"bank-{day}", actor="staff:clerk")
    return payout


def correct(day, *, clerk, approved_by) -> None:
    """Book what the bank kept for a transfer: 2.50."""
    with on(day):
        lines = (CorrectionLine(FEES, "debit", 250), CorrectionLine(CLEARING, "credit", 250))
        asked = request_correction(
            lines=lines,
            currency="USD",
            livemode=True,
            reason="Fee of the bank.",
            attachment=PDF,
            requested_by=clerk,
        )
        approve_correction(asked.approval, decided_by=approved_by)


def live_through_november(caller) -> None:
    """Every sale, with what came of it; amounts are cents."""
    sell(2, caller, 10_000)
    in_parts = sell(3, caller, 5_001)
    sell(5, CallerFactory(application=caller_app(caller)), 700, collected=False, failed=True)
    give_back(6, in_parts, 1_001)
    give_back(7, in_parts)
    lost, won = sell(8, caller, 3_000), sell(9, caller, 4_000)
    dispute(10, lost, DisputeStatus.OPENED)
    dispute(11, won, DisputeStatus.OPENED)
    at(datetime(2026, 11, 12, 11, tzinfo=UTC))  # The subscription is renewed.
    people = {"clerk": UserFactory(staff=True), "approved_by": approver()}
    seller = caller_app(caller).organization
    # Without the sales of the last seven days; what is disputed is out of what is owed.
    paid = pay_seller(15, seller, 8_000 + 1_520, **people)
    with on(16):
        settle_payout(paid.pk, actor="staff:clerk")
    dispute(20, lost, DisputeStatus.LOST)
    dispute(21, won, DisputeStatus.WON)
    came_back = pay_seller(22, seller, 3_200 + 1_520, **people)
    with on(24):
        return_payout(came_back.pk, actor="staff:clerk", code="AC04", reason="The account is closed.")
    correct(25, **people)


def caller_app(caller) -> Application:
    return Application.objects.get(pk=caller.app.id)


def read_books() -> dict[str, int]:
    """Cents on each kind of account at the end of November."""
    found = read_balances_as_of(DECEMBER)
    kinds = dict(LedgerAccount.objects.filter(pk__in=found).values_list("pk", "kind"))
    return {kinds[pk]: cents for pk, cents in found.items() if cents}


def read_beancount() -> dict[str, int]:
    """Cents on each account that Beancount comes to from our file, in our words."""
    entries, errors, _ = loader.load_string("".join(beancount.write_journal(OCTOBER, DECEMBER)))
    assert errors == []
    assert sum(isinstance(entry, data.Transaction) for entry in entries) > 15
    words = {name: kind for kind, name in beancount.NAMES.items()}
    found = {}
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            name = next(name for name in words if account.account.startswith(name))
            found[words[name]] = int(position.units.number * 100)
    return {kind: cents for kind, cents in found.items() if cents}


def read_statement() -> dict[str, int]:
    """Cents of each part of the seller's statement of November; what is zero is left out."""
    statement = Statement.objects.get(month__starts_at=NOVEMBER)
    parts = {part: getattr(statement, f"{part}_minor") for part in ("opening", *PARTS, "closing")}
    return {part: cents for part, cents in parts.items() if cents}


@pytest.fixture
def books(caller):
    """Cents on each kind of account after October and November were lived through and closed."""
    with clock.travel_to(OCTOBER_12 + timedelta(days=1)):
        SubscriptionFactory(caller=caller, active=True, at=OCTOBER_12, price_minor=1_900)
    with on(1):
        issue_papers()
    assert close(NOVEMBER + timedelta(hours=30)).starts_at == OCTOBER
    live_through_november(caller)
    with on(30):
        issue_papers()
    assert close().starts_at == NOVEMBER
    return read_books()


@pytest.mark.slow
def test_the_books_the_statement_the_papers_and_beancount_say_the_same(books):
    owed = sum(OWED.values())
    assert books == {
        "seller_payable": -owed,
        "commission_revenue": -COMMISSION,
        "processor_fees": FEES_KEPT,
        "buyer_clearing": owed + COMMISSION - FEES_KEPT,
    }
    assert read_beancount() == books
    assert read_statement() == {
        "opening": 1_520,
        "sales": 10_000 + 5_001 + 3_000 + 4_000 + 1_900,
        "refunds": -5_001,
        "disputes": -3_000,
        "commission": -(COMMISSION - 380),
        "payouts": -9_520,
        "closing": owed,
    }
    assert sorted(TaxPaper.objects.values_list("kind", "total_minor")) == [
        *(("credit_note", cents) for cents in (1_001, 3_000, 4_000)),
        *(("invoice", cents) for cents in (1_900, 1_900, 3_000, 4_000, 5_001, 10_000)),
    ]
    assert_books_are_sound()
