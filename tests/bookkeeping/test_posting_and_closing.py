"""Nothing is posted into a closed month, on any road and in any race; late facts land in the open one."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Sum

from bookkeeping.closing import ask_to_close, close_month
from charges.collection.single import collect_charge
from core import clock
from ledger.errors import BooksAreBusy
from ledger.models import LedgerEntry, LedgerTransaction, Month, MonthTurnover
from ledger.months import fence_month
from operations.factories import ChargeFactory, OrganizationFactory, SubscriptionFactory
from operations.invariants.months import MONTHS
from operations.verification import find_breaches
from subscriptions.renewal.renew import renew_due
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, OCTOBER, close, post_sale, prepare, sell
from tests.ledger.posting import made_up
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

IN_NOVEMBER = NOVEMBER + timedelta(days=20)
INSERT = """
INSERT INTO ledger_ledgertransaction
    (public_id, kind, reference, description, currency, livemode, created_at)
VALUES (gen_random_uuid(), 'withdrawal', 'raw', '', 'USD', {livemode}, '{at}')
"""
ENTRIES = """
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT transaction_id, account_id, amount_minor FROM ledger_ledgerentry
"""


def run(sql):
    with made_up(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_raw_sql_posts_nothing_into_a_closed_month():
    sell()
    close()
    for at in (IN_NOVEMBER, NOVEMBER - timedelta(days=400), DECEMBER - timedelta(microseconds=1)):
        with pytest.raises(DatabaseError, match="the month is closed"):
            run(INSERT.format(livemode="true", at=at))
    with pytest.raises(DatabaseError, match="the month is closed"):
        run(ENTRIES)
    run(INSERT.format(livemode="true", at=DECEMBER))


def test_test_money_knows_no_closed_months():
    sell()
    close()
    run(INSERT.format(livemode="false", at=IN_NOVEMBER))
    post_sale(OrganizationFactory(), "charge:test", at=IN_NOVEMBER, livemode=False)
    assert LedgerTransaction.objects.get(reference="charge:test").created_at == IN_NOVEMBER


def test_no_stricter_isolation_posts_by_an_old_snapshot():
    insert = INSERT.format(livemode="true", at=IN_NOVEMBER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(DatabaseError, match="read committed"):
            cursor.execute(insert)
        transaction.set_rollback(True)


def test_a_late_fact_is_posted_into_the_open_month_with_the_instant_at_which_it_happened(made_up_books):
    seller = OrganizationFactory()
    post_sale(seller, "charge:1", at=IN_NOVEMBER)
    close()
    post_sale(seller, "charge:2", at=IN_NOVEMBER + timedelta(hours=1))
    late = LedgerTransaction.objects.get(reference="charge:2")
    assert (late.created_at, late.occurred_at) == (DECEMBER, IN_NOVEMBER + timedelta(hours=1))
    post_sale(seller, "charge:3", at=DECEMBER)
    on_time = LedgerTransaction.objects.get(reference="charge:3")
    assert (on_time.created_at, on_time.occurred_at) == (DECEMBER, None)


@pytest.mark.slow
def test_a_payment_and_a_batch_of_renewals_that_settle_late_land_in_the_open_month():
    sell()
    due = IN_NOVEMBER + timedelta(days=1)
    subscriptions = [SubscriptionFactory(activated=True, at=due - timedelta(days=31)) for _ in range(3)]
    with clock.travel_to(IN_NOVEMBER):
        single = ChargeFactory(activated=True)
    close()
    with clock.travel_to(due):
        while renew_due():
            pass
        collect_charge(single.pk)
    booked = LedgerTransaction.objects.filter(kind="collection", occurred_at__isnull=False)
    assert booked.count() >= len(subscriptions) + 1
    assert set(booked.values_list("created_at", flat=True)) == {DECEMBER}
    assert not LedgerTransaction.objects.filter(created_at__lt=DECEMBER, occurred_at__isnull=False).exists()


def test_a_posting_that_has_begun_is_waited_for_and_is_in_the_figures(made_up_books):
    seller = OrganizationFactory()
    post_sale(seller, "charge:1", at=IN_NOVEMBER)
    month = prepare()
    begun, finish = threading.Event(), threading.Event()

    def post_slowly():
        with transaction.atomic():
            post_sale(seller, "charge:slow", at=IN_NOVEMBER)
            begun.set()
            finish.wait(10)
        connections.close_all()

    def close_it():
        begun.wait(10)
        threading.Timer(0.3, finish.set).start()
        with clock.travel_to(AFTERWARDS):
            return close_month(ask_to_close(month.pk, actor="anna", reason="now"))

    thread = threading.Thread(target=post_slowly)
    thread.start()
    assert close_it()
    thread.join()
    assert month.statements.get().sales_minor == 400


def test_a_posting_that_takes_too_long_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("ledger.months.LONGEST_WAIT", "50ms")
    seller = OrganizationFactory()
    post_sale(seller, "charge:1", at=IN_NOVEMBER)
    month = prepare()

    def try_to_fence():
        with clock.travel_to(AFTERWARDS), transaction.atomic():
            fence_month(month.pk, actor="anna", reason="now")

    with transaction.atomic():
        post_sale(seller, "charge:slow", at=IN_NOVEMBER)
        [result] = run_at_once(try_to_fence)
    assert isinstance(result, BooksAreBusy)
    assert Month.objects.get().fenced_at is None


@pytest.mark.slow
def test_what_is_posted_while_an_empty_month_closes_is_in_the_figures_of_the_next(made_up_books):
    """A posting of December that commits last, with the lower ids, must not fall out of its month."""
    seller = OrganizationFactory()
    post_sale(seller, "charge:1", at=NOVEMBER - timedelta(days=3))
    close()
    november = prepare()
    with clock.travel_to(AFTERWARDS), transaction.atomic():
        fence_month(november.pk, actor="anna", reason="")
    has_posted, may_commit = threading.Event(), threading.Event()

    def post_slowly():
        with transaction.atomic():
            post_sale(seller, "charge:slow", at=DECEMBER + timedelta(days=1))
            has_posted.set()
            assert may_commit.wait(30)

    def post_and_close():
        assert has_posted.wait(30)
        post_sale(seller, "charge:quick", at=DECEMBER + timedelta(days=1))
        with clock.travel_to(AFTERWARDS):
            closed = close_month(november)
        may_commit.set()
        return closed

    assert run_at_once(post_slowly, post_and_close)[1] is True
    december = close(DECEMBER + timedelta(days=40))
    assert str(december) == "2026-12"
    assert sorted(december.turnovers.values_list("entries", flat=True)) == [2, 2, 2]
    assert november.first_entry is None or december.first_entry >= 1


@pytest.mark.slow
@pytest.mark.parametrize("empty", [(), (NOVEMBER,), (OCTOBER, NOVEMBER)])
def test_figures_are_the_sums_whichever_month_is_empty_or_has_late_facts_only(made_up_books, empty):
    seller = OrganizationFactory()
    start = OCTOBER - timedelta(days=3)
    post_sale(seller, "charge:first", at=start, cents=1_000)
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        if month not in empty:
            post_sale(seller, f"charge:{month:%m}", at=month + timedelta(days=4))
    close(DECEMBER + timedelta(days=40))
    post_sale(seller, "charge:late", at=start, cents=30, commission=0)
    for _ in range(3):
        close(DECEMBER + timedelta(days=40))
    for month in Month.objects.order_by("starts_at"):
        mine = LedgerEntry.objects.filter(
            transaction__created_at__gte=month.starts_at, transaction__created_at__lt=month.ends_at
        )
        sums = {
            row["account"]: row["sum"] for row in mine.values("account").annotate(sum=Sum("amount_minor"))
        }
        kept = month.turnovers.values("account").annotate(sum=Sum("amount_minor"))
        assert {row["account"]: row["sum"] for row in kept} == sums
        ids = [*mine.order_by("pk").values_list("pk", flat=True)]
        assert not ids or (month.first_entry <= ids[0] and month.last_entry == ids[-1])
    assert not find_breaches(MONTHS)


@pytest.mark.slow
def test_posting_and_closing_at_once_never_leaves_a_posting_out_of_the_figures(made_up_books):
    sellers = [OrganizationFactory() for _ in range(4)]
    for seller in sellers:
        post_sale(seller, f"charge:{seller.pk}", at=IN_NOVEMBER)
    month = prepare()
    done = threading.Event()

    def post_many(seller):
        for number in range(400):
            post_sale(seller, f"charge:{seller.pk}-{number}", at=IN_NOVEMBER)
            if done.is_set() and number > 20:
                return number
        return 400

    def close_it():
        try:
            with clock.travel_to(AFTERWARDS):
                return close_month(ask_to_close(month.pk, actor="anna", reason="now"))
        finally:
            done.set()

    results = run_at_once(close_it, *[lambda seller=seller: post_many(seller) for seller in sellers])
    assert results[0] is True
    assert not [result for result in results if isinstance(result, Exception)]
    in_month = LedgerEntry.objects.filter(transaction__created_at__lt=DECEMBER)
    assert sum(MonthTurnover.objects.values_list("entries", flat=True)) == in_month.count()
    moved = LedgerTransaction.objects.filter(occurred_at=IN_NOVEMBER)
    assert moved.exists()
    assert set(moved.values_list("created_at", flat=True)) == {DECEMBER}
