"""A seller's statement adds up, is the same in every form, and never changes once its month is closed."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bookkeeping.errors import StatementNotFound
from bookkeeping.models import PARTS, Statement
from bookkeeping.statements import csv_file, pdf
from bookkeeping.statements.figures import store_statements, sum_up
from bookkeeping.statements.reading import list_statements, read_statement, read_statements
from core import clock
from invoicing.files import fonts
from ledger.models import LedgerAccount, Month, TransactionKind
from ledger.months import finish_month, store_figures
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, OCTOBER, close, post_sale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

KINDS = {
    TransactionKind.COLLECTION: 1,
    TransactionKind.REFUND: -1,
    TransactionKind.DISPUTE_LOST: -1,
    TransactionKind.DISBURSEMENT: -1,
    TransactionKind.WITHDRAWAL: -1,
}
MOVES = st.lists(
    st.tuples(
        st.sampled_from([*KINDS]),
        st.integers(1, 10**9),
        st.integers(0, 100),
        st.integers(0, 60 * 24 * 60),
        st.sampled_from(["USD", "JPY"]),
    ),
    max_size=12,
)


def tell_november(seller):
    """Sales, a refund, a lost dispute and a payout."""
    at = NOVEMBER + timedelta(days=1)
    for number, (kind, cents, commission) in enumerate(
        [
            ("collection", 200, 40),
            ("collection", 1000, 200),
            ("refund", -100, -20),
            ("dispute_lost", -200, -40),
            ("withdrawal", -500, 0),
        ]
    ):
        post_sale(
            seller,
            f"story:{number}",
            kind=TransactionKind(kind),
            cents=cents,
            commission=commission,
            at=at + timedelta(hours=number),
        )


def figures_of(statement):
    return {part: getattr(statement, f"{part}_minor") for part in ("opening", *PARTS, "closing")}


def test_each_part_has_what_its_kind_moved(made_up_books):
    seller = OrganizationFactory()
    post_sale(seller, "before", at=OCTOBER)
    tell_november(seller)
    close()
    close()
    assert figures_of(Statement.objects.get(month__starts_at=NOVEMBER)) == {
        "opening": 160,
        "sales": 1200,
        "refunds": -100,
        "disputes": -200,
        "disbursements": 0,
        "fees": 0,
        "commission": -180,
        "payouts": -500,
        "corrections": 0,
        "closing": 380,
    }


def test_the_statement_of_a_running_month_is_summed_up_and_becomes_the_final_one(made_up_books):
    seller = OrganizationFactory()
    tell_november(seller)
    with clock.travel_to(DECEMBER - timedelta(days=1)):
        [running] = read_statements(seller.pk, starts_at=NOVEMBER)
        assert not running.is_final
        with pytest.raises(StatementNotFound):
            read_statements(seller.pk, starts_at=DECEMBER)
    close()
    [final] = read_statements(seller.pk, starts_at=NOVEMBER)
    assert final.is_final
    assert figures_of(final.figures) == figures_of(running.figures)
    assert final.figures.lines_hash == running.figures.lines_hash
    assert final.list_lines() == running.list_lines()


def test_the_hash_is_that_of_its_lines(made_up_books):
    seller = OrganizationFactory()
    tell_november(seller)
    close()
    [statement] = read_statements(seller.pk, starts_at=NOVEMBER)
    lines = b"".join(hashlib.sha256(write(line).encode()).digest() for line in statement.stream_lines())
    assert statement.figures.lines_hash == hashlib.sha256(lines).hexdigest()


def write(line):
    at = f"{line.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    parts = (line.public_id, line.kind, at, line.gross_minor, line.commission_minor, line.net_minor)
    return "|".join(map(str, (*parts, line.description)))


def test_the_csv_file_begins_and_ends_with_the_balances(made_up_books):
    seller = OrganizationFactory()
    tell_november(seller)
    close()
    rows = "".join(csv_file.write_statement(read_statement(seller.pk, starts_at=NOVEMBER, currency="USD")))
    ids = [line.public_id for line in list_statements(seller.pk).statements[0].stream_lines()]
    for number, public_id in enumerate(ids):
        rows = rows.replace(str(public_id), f"<{number}>")
    golden = Path(__file__).with_name("statement.csv").read_text()
    assert rows.replace("\r\n", "\n") == golden


def test_the_pdf_has_the_same_bytes_for_the_same_statement(made_up_books):
    seller = OrganizationFactory(name="Straße & <b>Ελλάδα</b> 🧾 " + "lang" * 40)
    tell_november(seller)
    close()
    first, second = (
        pdf.write_statement(read_statement(seller.pk, starts_at=NOVEMBER, currency="USD")) for _ in range(2)
    )
    assert first == second
    assert first.startswith(b"%PDF")


def test_the_pdf_is_printed_with_the_font_of_invoices(made_up_books, settings):
    settings.INVOICING = settings.INVOICING | {"font": str(fonts.OWN)}
    fonts.load_font.cache_clear()
    seller = OrganizationFactory(name="Łódź 🧾 Ltd")
    tell_november(seller)
    close()
    file = pdf.write_statement(read_statement(seller.pk, starts_at=NOVEMBER, currency="USD"))
    fonts.load_font.cache_clear()
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages)
    assert "Łód? ? Ltd" in text


def test_another_seller_has_none_of_it(made_up_books):
    seller, other = OrganizationFactory(), OrganizationFactory()
    tell_november(seller)
    close()
    assert list_statements(other.pk).statements == []
    for starts_at in (NOVEMBER, DECEMBER):
        with clock.travel_to(AFTERWARDS), pytest.raises(StatementNotFound):
            read_statements(other.pk, starts_at=starts_at)
    with pytest.raises(StatementNotFound):
        read_statement(seller.pk, starts_at=NOVEMBER, currency="EUR")


@pytest.mark.parametrize("shown", [1, 2, 3, 4, 24])
def test_page_after_page_each_statement_of_each_currency_is_there_once(made_up_books, monkeypatch, shown):
    monkeypatch.setattr("bookkeeping.statements.reading.SHOWN", shown)
    seller, currencies = OrganizationFactory(), ("EUR", "JPY", "USD")
    for starts_at in (OCTOBER, NOVEMBER):
        for currency in currencies:
            post_sale(seller, f"{starts_at}:{currency}", at=starts_at, currency=currency)
        close()
    seen, before = [], None
    while page := list_statements(seller.pk, before=before):
        assert page.statements
        seen += [(each.starts_at, each.currency) for each in page.statements]
        if (before := page.older_than) is None:
            break
    assert seen == [(starts_at, currency) for starts_at in (NOVEMBER, OCTOBER) for currency in currencies]


def test_statements_and_lines_take_few_queries(made_up_books, django_assert_max_num_queries):
    seller = OrganizationFactory()
    tell_november(seller)
    close()
    with django_assert_max_num_queries(1):
        list_statements(seller.pk)
    with django_assert_max_num_queries(2):
        [statement] = read_statements(seller.pk, starts_at=NOVEMBER)
    with django_assert_max_num_queries(2):
        list(statement.stream_lines())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_moves_opening_and_parts_are_the_closing_balance_with_which_the_next_month_opens(
    moves, django_db_blocker
):
    from django.db import transaction

    with transaction.atomic():
        seller = OrganizationFactory()
        for number, (kind, cents, percent, minutes, currency) in enumerate(moves):
            post_sale(
                seller,
                f"{seller.pk}:{number}",
                kind=kind,
                cents=KINDS[kind] * cents,
                commission=KINDS[kind] * (cents * percent // 100),
                at=OCTOBER + timedelta(minutes=minutes),
                currency=currency,
            )
        stored = [close_quickly(start) for start in (OCTOBER, NOVEMBER)]
        for account in LedgerAccount.objects.filter(kind="seller_payable"):
            own = [statements.filter(account=account).first() for statements in stored]
            for statement in filter(None, own):
                parts = sum(getattr(statement, f"{part}_minor") for part in PARTS)
                assert statement.opening_minor + parts == statement.closing_minor
            if all(own):
                assert own[0].closing_minor == own[1].opening_minor
            first = own[0].closing_minor if own[0] else 0
            again = sum_up(account.pk, opening_minor=first, first=0, start=NOVEMBER, end=DECEMBER)
            assert again.closing_minor == (own[1].closing_minor if own[1] else first)
        transaction.set_rollback(True)


def close_quickly(start: datetime):
    """Close a month without its checks, in this transaction."""
    end = DECEMBER if start == NOVEMBER else NOVEMBER
    month = Month.objects.create(starts_at=start, ends_at=end)
    month.fenced_at, month.closed_by = AFTERWARDS, "test"
    month.save()
    store_figures(month)
    store_statements(month)
    finish_month(month)
    return month.statements
