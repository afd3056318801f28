"""Months with sales in them, and the steps of closing one."""

from datetime import UTC, datetime, timedelta

from bookkeeping.closing import ask_to_close, close_month, prepare_months
from core import clock
from ledger.models import AccountKind, Month, TransactionKind
from ledger.postings import CLEARING, REVENUE, AccountRef, Posting, Source
from ledger.services import record_postings
from operations.factories import ChargeFactory
from tests.ledger.posting import made_up

OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
AFTERWARDS = DECEMBER + timedelta(days=2)


def sell(at=NOVEMBER + timedelta(days=9), **terms):
    """A charge that was collected at an instant."""
    with clock.travel_to(at):
        return ChargeFactory(collected=True, **terms)


def post_sale(
    seller,
    reference,
    *,
    at=None,
    cents=200,
    commission=40,
    currency="USD",
    livemode=True,
    kind=TransactionKind.COLLECTION,
):
    """A move of money between clearing, a seller and the marketplace, without a charge behind it."""
    moves = {
        CLEARING: cents,
        AccountRef(AccountKind.SELLER_PAYABLE, seller.pk): commission - cents,
        REVENUE: -commission,
    }
    with made_up():
        record_postings([Posting(kind, Source(reference, "Extension", livemode, currency, at), moves)])


def prepare(at=AFTERWARDS) -> Month:
    """Read the lists of the months that are over at an instant, and return the first that is open."""
    with clock.travel_to(at):
        prepare_months()
    return Month.objects.filter(closed_at=None).order_by("starts_at").first()


def close(at=AFTERWARDS) -> Month:
    """Close the first open month, with all its checks."""
    month = prepare(at)
    with clock.travel_to(at):
        ask_to_close(month.pk, actor="staff:anna", reason="monthly close")
        assert close_month(month), Month.objects.get(pk=month.pk).trouble
    return Month.objects.get(pk=month.pk)
