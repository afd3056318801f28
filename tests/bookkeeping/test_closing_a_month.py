"""A month is closed once its checks are green, and stays as it was."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from bookkeeping.closing import ask_to_close, close_fenced_months, close_month
from bookkeeping.errors import MonthNotReady
from bookkeeping.models import Difference, Reading
from charges.models import Attempt, AttemptState
from core import clock
from ledger.errors import AlreadyClosed, EarlierMonthOpen, MonthNotOver
from ledger.models import LedgerAccount, Month, MonthBalance, MonthTurnover
from ledger.months import fence_month, open_months
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import (
    AFTERWARDS,
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    close,
    post_sale,
    prepare,
    sell,
)
from tests.operations.breakages import break_data

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def ask(month, at=AFTERWARDS):
    with clock.travel_to(at):
        return ask_to_close(month.pk, actor="staff:anna", reason="monthly close")


def refuses(work):
    with pytest.raises(DatabaseError), transaction.atomic():
        work()


def test_a_closed_month_has_figures_of_each_account_and_statements_of_each_seller():
    sell()
    month = close()
    assert month.closed_by == "staff:anna"
    assert {
        row.account.kind: (row.opening_minor, row.closing_minor) for row in MonthBalance.objects.all()
    } == {
        "buyer_clearing": (0, 200),
        "seller_payable": (0, -160),
        "commission_revenue": (0, -40),
    }
    assert set(MonthTurnover.objects.values_list("kind", "entries")) == {("collection", 1)}
    statement = month.statements.get()
    assert (statement.sales_minor, statement.commission_minor, statement.closing_minor) == (200, -40, 160)
    assert statement.line_count == 1


def test_each_month_opens_with_what_the_one_before_closed_with(made_up_books):
    seller = OrganizationFactory()
    for number, start in enumerate((OCTOBER, NOVEMBER)):
        post_sale(seller, f"charge:{number}", at=start + timedelta(days=5))
    post_sale(seller, "charge:9", at=DECEMBER)
    for month in (close(), close()):
        assert month.closed_at is not None
    october, november = Month.objects.order_by("starts_at")
    closing = dict(october.balances.values_list("account", "closing_minor"))
    assert closing == dict(november.balances.values_list("account", "opening_minor"))
    account = LedgerAccount.objects.get(kind="seller_payable")
    assert november.balances.get(account=account).closing_minor == -320


def test_months_without_anything_are_closed_as_well(made_up_books):
    seller = OrganizationFactory()
    post_sale(seller, "charge:1", at=OCTOBER)
    close()
    november = close()
    assert november.statements.get().line_count == 0
    assert november.statements.get().closing_minor == 160


def test_a_month_that_is_not_over_cannot_be_closed():
    sell()
    month = prepare()
    with clock.travel_to(DECEMBER - timedelta(seconds=1)), pytest.raises(MonthNotOver), transaction.atomic():
        fence_month(month.pk, actor="anna", reason="too early")
    with clock.travel_to(DECEMBER - timedelta(seconds=1)):
        assert open_months() == 0


def test_earlier_months_come_first():
    for start in (OCTOBER, NOVEMBER):
        post_sale(OrganizationFactory(), f"charge:{start}", at=start)
    prepare()
    november = Month.objects.get(starts_at=NOVEMBER)
    with pytest.raises(MonthNotReady, match="2026-10 is open"):
        ask(november)
    with clock.travel_to(AFTERWARDS), pytest.raises(EarlierMonthOpen), transaction.atomic():
        fence_month(november.pk, actor="anna", reason="skip")
    refuses(lambda: Month.objects.filter(pk=november.pk).update(fenced_at=AFTERWARDS))


@pytest.mark.parametrize(
    "state",
    [AttemptState.SENDING, AttemptState.UNKNOWN, AttemptState.AWAITING_BUYER, AttemptState.NEEDS_REVIEW],
)
def test_an_attempt_without_a_final_answer_holds_it_up(state):
    charge = sell()
    month = prepare()
    check_at = "NULL" if state == AttemptState.NEEDS_REVIEW else "now()"
    with transaction.atomic():
        break_data(
            f"UPDATE charges_attempt SET state = '{state}', check_at = {check_at}"
            f" WHERE charge_id = {charge.pk}"
        )
    with pytest.raises(MonthNotReady, match="1 without a final answer"):
        ask(month)


def test_a_list_that_was_not_read_to_its_end_holds_it_up():
    sell()
    month = prepare()
    Reading.objects.update(finished_at=DECEMBER - timedelta(seconds=1))
    with pytest.raises(MonthNotReady, match="Not read to its end: sandbox"):
        ask(month)


def test_a_difference_holds_it_up_until_it_is_settled():
    charge = sell()
    month = prepare()
    Difference.objects.create(
        month=month, gateway="sandbox", kind="amount", reference="x", currency="USD", found_at=AFTERWARDS
    )
    with pytest.raises(MonthNotReady, match="1 to settle"):
        ask(month)
    assert charge.pk


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (
            "UPDATE ledger_ledgerentry SET amount_minor = amount_minor + 1 WHERE id ="
            " (SELECT MIN(id) FROM ledger_ledgerentry)",
            "USD is out by 1",
        ),
        ("UPDATE ledger_ledgertransaction SET reference = 'charge:nobody'", "I-08"),
    ],
)
def test_books_that_are_wrong_open_it_again_and_its_row_says_why(damage, why):
    sell()
    month = prepare()
    with transaction.atomic():
        break_data(damage)
    ask(month)
    assert close_fenced_months() == 0
    month.refresh_from_db()
    assert (month.fenced_at, month.closed_at) == (None, None)
    assert why in month.trouble
    assert not MonthBalance.objects.exists()


def test_who_died_between_fence_and_figures_is_followed_by_the_next_run():
    sell()
    month = ask(prepare())
    assert close_fenced_months() == 1
    assert close_fenced_months() == 0
    assert Month.objects.get(pk=month.pk).closed_at is not None


def test_two_that_close_at_once_close_once():
    sell()
    month = ask(prepare())
    assert [close_month(month), close_month(month)] == [True, False]


def test_a_closed_month_is_never_opened_changed_or_removed():
    sell()
    month = close()
    with pytest.raises(AlreadyClosed):
        ask(month)
    refuses(lambda: Month.objects.update(fenced_at=None))
    refuses(lambda: Month.objects.update(closed_at=None))
    refuses(lambda: Month.objects.update(reason="another"))
    refuses(lambda: Month.objects.all()._raw_delete("default"))
    for rows in (MonthBalance.objects, MonthTurnover.objects, month.statements):
        refuses(lambda rows=rows: rows.update(month=None))
        refuses(lambda rows=rows: rows.all()._raw_delete("default"))
    account = LedgerAccount.objects.first()
    refuses(
        lambda: MonthTurnover.objects.create(
            month=month, account=account, kind="fee", amount_minor=1, entries=1
        )
    )


def test_months_have_no_gaps():
    sell()
    close()
    refuses(lambda: Month.objects.create(starts_at=AFTERWARDS, ends_at=AFTERWARDS + timedelta(days=30)))


def test_the_command_closes_or_says_why(capsys):
    sell()
    with clock.travel_to(AFTERWARDS):
        for wrong, why in (
            ("2026-13", "not a month"),
            ("2026-12", "no live books"),
            ("2020-01", "no live books"),
        ):
            with pytest.raises(CommandError, match=why):
                call_command("close_month", wrong)
        call_command("close_month", "2026-11")
        assert "2026-11 is closed." in capsys.readouterr().out
        with pytest.raises(CommandError, match="stays so"):
            call_command("close_month", "2026-11")
    assert Attempt.objects.count() == 1
