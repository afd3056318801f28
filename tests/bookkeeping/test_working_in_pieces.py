"""Reading a list and closing a month go on where they were when somebody died half-way."""

from datetime import timedelta

import pytest

from bookkeeping.closing import ALL_STEPS, ask_to_close, close_fenced_months, prepare_months, read_again
from bookkeeping.models import Closing, Difference, ListedMovement, Reading
from bookkeeping.reconciliation import reading as readings
from bookkeeping.reconciliation.comparing import compare_lists
from core import clock
from core.money import Money
from gateway.movements import Booking
from gateway.registry import get_gateway
from gateway.sandbox import SandboxGateway
from ledger.models import Month
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, close, prepare, sell
from tests.money import run_at_once
from tests.movements import make_movement

pytestmark = pytest.mark.django_db(transaction=True)

asked: list[timedelta] = []
dies_at: list[int] = []


class LongGateway(SandboxGateway):
    """Lists a payment for each six hours, and has its reader die at some of its calls."""

    def list_bookings(self, *, since, before):
        asked.append(before - since)
        at = NOVEMBER - timedelta(days=60)
        while at < before:
            if at >= since:
                yield Booking(
                    name=f"line-{at:%m%d%H}",
                    reference=f"of-{at:%m%d%H}",
                    money=Money(1, "USD"),
                    moved_at=at,
                )
            at += timedelta(hours=6)
            if len(asked) in dies_at and at > since + (before - since) / 2:
                raise SystemExit


@pytest.fixture
def long_list(settings):
    asked.clear(), dies_at.clear()
    settings.GATEWAYS = settings.GATEWAYS | {"sandbox": f"{__name__}.LongGateway"}
    get_gateway.cache_clear()
    yield
    get_gateway.cache_clear()


@pytest.fixture
def month():
    sell()
    return Month.objects.create(starts_at=NOVEMBER, ends_at=DECEMBER)


def read(month, until=float("inf")):
    with clock.travel_to(AFTERWARDS):
        readings.start_readings(month, since=DECEMBER)
        return readings.go_on_reading(month, until=until)


def expected():
    return (BEFORE := readings.BEFORE_THE_FIRST + timedelta(days=30) + readings.AROUND) // timedelta(
        hours=6
    ) + bool(BEFORE % timedelta(hours=6))


def test_a_reading_whose_reader_dies_goes_on_where_it_was(long_list, month):
    read(month, until=0)
    Reading.objects.update(step_seconds=86_400)
    dies_at.append(4)
    with pytest.raises(SystemExit):
        read(month)
    begun = Reading.objects.get()
    assert begun.finished_at is None
    assert begun.read_until == NOVEMBER - readings.BEFORE_THE_FIRST + timedelta(days=1 + 2 + 4)
    assert len(asked) == 4
    assert read(month) is False
    assert max(asked) < timedelta(days=80)
    assert sum(asked[:3] + asked[4:], timedelta(0)) == readings.BEFORE_THE_FIRST + timedelta(days=33)
    assert ListedMovement.objects.count() == expected()
    done = Reading.objects.get()
    assert (done.finished_at, done.started_at, done.read_until) == (AFTERWARDS, None, None)


def test_a_piece_that_takes_too_long_is_read_in_smaller_ones(long_list, month, monkeypatch):
    monkeypatch.setattr(readings, "LONGEST_PIECE", -1.0)
    monkeypatch.setattr(readings, "SHORTEST_STEP", 10 * 86_400)
    assert read(month) is False
    assert asked[-1] <= timedelta(days=10)
    assert ListedMovement.objects.count() == expected()
    assert Reading.objects.get().finished_at == AFTERWARDS


def test_a_task_reads_for_a_while_and_says_that_there_is_more(long_list, month):
    assert read(month, until=0) is True
    assert asked == []
    assert read(month) is False


def test_a_list_is_read_once_a_day_until_the_month_is_closed(long_list, month):
    for hours, times in ((0, 1), (2, 1), (25, 2), (26, 2), (50, 3)):
        with clock.travel_to(AFTERWARDS + timedelta(hours=hours)):
            prepare_months()
        assert len(asked) == times


def charge_at(at):
    with clock.travel_to(at):
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))


def test_the_close_reads_the_lists_once_more_after_the_fence():
    sell()
    month = prepare()
    charge_at(DECEMBER - timedelta(days=1))
    with clock.travel_to(AFTERWARDS + timedelta(hours=1)):
        ask_to_close(month.pk, actor="staff:anna", reason="close")
        assert close_fenced_months() == 0
    month.refresh_from_db()
    assert month.fenced_at is None
    assert "1 to settle" in month.trouble


def dies(month):
    raise SystemExit


def find():
    return [(each.month.starts_at, each.listed_minor) for each in Difference.objects.filter(settled_at=None)]


def fence(month):
    with clock.travel_to(AFTERWARDS + timedelta(hours=1)):
        ask_to_close(month.pk, actor="staff:anna", reason="close")


@pytest.mark.parametrize("who", [close_fenced_months, prepare_months])
def test_who_dies_between_reading_and_comparing_has_it_compared_by_the_next_run(who, monkeypatch):
    sell()
    month = prepare()
    fence(month)
    charge_at(DECEMBER - timedelta(days=1))
    with clock.travel_to(AFTERWARDS + timedelta(days=1, hours=2)):
        with monkeypatch.context() as patched:
            patched.setattr("bookkeeping.closing.compare_lists", dies)
            with pytest.raises(SystemExit):
                who()
        assert Reading.objects.get().finished_at == clock.now()
        assert not Reading.objects.get().is_compared
    with clock.travel_to(AFTERWARDS + timedelta(days=1, hours=4)):
        assert close_fenced_months() == 0
    month.refresh_from_db()
    assert (month.fenced_at, month.closed_at) == (None, None)
    assert "1 to settle" in month.trouble
    assert find() == [(NOVEMBER, 777)]


def test_what_is_found_while_the_month_is_checked_keeps_it_open(monkeypatch):
    sell()
    month = prepare()
    fence(month)

    def look(invariants):
        if not Difference.objects.exists():
            charge_at(DECEMBER - timedelta(days=1))
            with clock.travel_to(AFTERWARDS + timedelta(hours=3)):
                read_again(month.pk)
        return []

    monkeypatch.setattr("bookkeeping.checks.find_breaches", look)
    with clock.travel_to(AFTERWARDS + timedelta(hours=2)):
        assert close_fenced_months() == 0
    assert find() == [(NOVEMBER, 777)]


def test_a_line_that_is_read_between_the_comparison_and_the_close_is_one_of_the_open_month(monkeypatch):
    sell()
    month = prepare()
    fence(month)

    def look(invariants):
        if ListedMovement.objects.count() == 1:
            charge_at(DECEMBER - timedelta(days=1))
            with clock.travel_to(AFTERWARDS + timedelta(hours=3)):
                Reading.objects.update(started_at=clock.now(), read_until=None)
                readings.go_on_reading(month, until=float("inf"))
        return []

    monkeypatch.setattr("bookkeeping.checks.find_breaches", look)
    with clock.travel_to(AFTERWARDS + timedelta(hours=2)):
        assert close_fenced_months() == 1
    compare_lists(month)
    assert find() == []
    december = prepare(DECEMBER + timedelta(days=32))
    assert find() == [(december.starts_at, 777)]


def test_of_those_who_compare_and_close_at_once_none_notes_anything_in_a_closed_month():
    sell()
    month = prepare()
    fence(month)
    charge_at(DECEMBER - timedelta(days=1))
    with clock.travel_to(AFTERWARDS + timedelta(hours=2)):
        run_at_once(close_fenced_months, lambda: read_again(month.pk), prepare_months, close_fenced_months)
    month.refresh_from_db()
    assert month.closed_at is None
    assert find() == [(NOVEMBER, 777)]


@pytest.mark.slow
def test_a_line_that_comes_after_the_close_is_a_difference_of_the_open_month():
    sell()
    close()
    charge_at(DECEMBER - timedelta(days=2))
    december = prepare(DECEMBER + timedelta(days=32))
    found = Difference.objects.get()
    assert (found.month, found.kind, found.listed_minor) == (december, "only_listed", 777)


def test_a_close_whose_worker_dies_goes_on_with_the_step_it_was_at(monkeypatch):
    sell()
    month = prepare()
    looked = []

    def look(invariants):
        looked.append(invariants[0].id)
        if len(looked) == 4:
            raise SystemExit
        return []

    monkeypatch.setattr("bookkeeping.checks.find_breaches", look)
    with clock.travel_to(AFTERWARDS):
        ask_to_close(month.pk, actor="staff:anna", reason="close")
        with pytest.raises(SystemExit):
            close_fenced_months()
        assert Closing.objects.get().done == [*ALL_STEPS[:6]]
        Closing.objects.update(busy_until=AFTERWARDS + timedelta(minutes=1))
        assert close_fenced_months() == 0
    with clock.travel_to(AFTERWARDS + timedelta(minutes=2)):
        assert close_fenced_months() == 1
    assert looked[:4] == [*ALL_STEPS[3:7]]
    assert looked[4:] == [*ALL_STEPS[6:-1]]


@pytest.mark.slow
def test_a_month_that_is_fenced_again_is_checked_from_the_beginning(monkeypatch):
    sell()
    month = prepare()
    broken = [True]
    monkeypatch.setattr("bookkeeping.checks.find_breaches", lambda invariants: broken)
    for hours, closed in ((0, 0), (1, 1)):
        with clock.travel_to(AFTERWARDS + timedelta(hours=hours)):
            ask_to_close(month.pk, actor="staff:anna", reason="close")
            assert close_fenced_months() == closed
        broken.clear()
