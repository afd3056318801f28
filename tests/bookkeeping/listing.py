"""A processor whose list a test writes down, and what is found of it."""

from datetime import timedelta

import pytest

from bookkeeping.models import Difference
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from core import clock
from core.money import Money
from gateway.hints import DisputeStatus
from gateway.movements import Booking
from gateway.registry import get_gateway
from tests.bookkeeping.months import NOVEMBER
from tests.charges.refunds.asking import ask, pay_out
from tests.charges.scripted_gateway import ScriptedGateway, report

IN_NOVEMBER = NOVEMBER + timedelta(days=12)


class ListingGateway(ScriptedGateway):
    """A processor whose list tells of disputes, and whatever a test writes down."""

    lists_disputes = True
    more: list[Booking] = []

    def list_bookings(self, *, since, before):
        yield from super().list_bookings(since=since, before=before)
        yield from self.more


@pytest.fixture
def processor(settings, monkeypatch):
    settings.GATEWAYS = {"sandbox": f"{__name__}.ListingGateway"}
    monkeypatch.setattr(ListingGateway, "more", [])
    monkeypatch.setattr(ScriptedGateway, "disputes", {})
    monkeypatch.setattr(ListingGateway, "says", None)
    get_gateway.cache_clear()
    return ListingGateway


def look():
    return [
        (each.kind, each.reference, each.listed_minor, each.ours_minor)
        for each in Difference.objects.filter(settled_at=None).order_by("kind", "reference")
    ]


def say(charge, status=DisputeStatus.OPENED, **changes):
    with clock.travel_to(IN_NOVEMBER):
        return record_dispute(Asked("sandbox", report(charge, status=status, **changes), clock.now()))


def give_back(charge, cents=None) -> Charge:
    with clock.travel_to(IN_NOVEMBER):
        return pay_out(ask(charge, cents))


def line(reference, cents, fee=0):
    money = Money(cents, "USD")
    return Booking(
        name=f"txn_{reference}_{cents}",
        reference=reference,
        money=money,
        moved_at=IN_NOVEMBER,
        fee=Money(fee, "USD"),
    )
