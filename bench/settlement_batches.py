"""Books with a big and a small seller: filling them, posting to the big one, checking its balance."""

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import connection, transaction

from bench.harness import CouldNotMeasure
from bench.rows import execute, fetch_one, filling
from ledger.balances import read_seller_balance
from ledger.models import AccountKind, LedgerEntry, LedgerTransaction
from ledger.postings import CLEARING, REVENUE, AccountRef, Source, sale
from ledger.services import record_postings
from operations.factories import OrganizationFactory

LINES = 50  # Of the seller in one filled transaction: posting a batch. It keeps the other tables small.
FULL_SUM_EVERY = 25
WARM_UP = 12  # Postings of a new writer that do not count: a server's connections have prepared statements.
FILL_TRANSACTIONS = """
INSERT INTO ledger_ledgertransaction
    (public_id, kind, reference, description, currency, livemode, created_at)
SELECT gen_random_uuid(), 'collection', %(seller)s || ':' || n, 'Extension', 'USD', true,
       now() - interval '1 day' * (1 - n::float / %(count)s)
FROM generate_series(1, %(count)s) n ORDER BY n
"""
FILL_ENTRIES = """
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT t.id, line.account_id, line.amount FROM ledger_ledgertransaction t
CROSS JOIN LATERAL (
    SELECT %(seller_account)s, -80 FROM generate_series(1, %(lines)s)
    UNION ALL SELECT %(clearing)s, 100 * %(lines)s
    UNION ALL SELECT %(revenue)s, -20 * %(lines)s
) AS line (account_id, amount)
WHERE t.reference LIKE %(seller)s || ':%%' ORDER BY t.id
"""
FIND_UNBALANCED = """
SELECT count(*) FROM (
    SELECT 1 FROM ledger_ledgerentry GROUP BY transaction_id HAVING SUM(amount_minor) <> 0
) unbalanced
"""
# The sales of writers are made up: there is no charge that would prove them.
MADE_UP = [
    (model._meta.db_table, trigger.get_pgid(model))
    for model in (LedgerTransaction, LedgerEntry)
    for trigger in model._meta.triggers  # type: ignore[union-attr]
    if trigger.name in ("has_a_source", "is_proved")
]
SUM_ALL = (
    "SELECT COALESCE(-SUM(amount_minor), 0)::bigint FROM ledger_ledgerentry WHERE account_id = %(account)s"
)
SUM_NEW = f"{SUM_ALL} AND id > %(after)s"
SUM_AS_OF = """
SELECT COALESCE(-SUM(e.amount_minor), 0)::bigint
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE e.account_id = %(account)s AND t.created_at < %(at)s
"""
MIDDLE = """
SELECT t.created_at + interval '1 millisecond' FROM ledger_ledgertransaction t
WHERE t.reference = %(seller)s || ':' || %(number)s
"""
PLAIN_POST = """
WITH posted AS (
    INSERT INTO ledger_ledgertransaction
        (public_id, kind, reference, description, currency, livemode, created_at)
    VALUES (gen_random_uuid(), 'collection', %(reference)s, 'Extension', 'USD', true, now()) RETURNING id
)
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT posted.id, line.account_id, line.amount FROM posted
CROSS JOIN (VALUES (%(clearing)s, 100), (%(seller)s, -80), (%(revenue)s, -20)) AS line (account_id, amount)
"""


@dataclass(frozen=True, slots=True)
class Books:
    """Two sellers (organisations; big, small), accounts by holder, and where the filled entries end."""

    sellers: tuple[int, int]
    accounts: dict[AccountRef, int]
    entries: int
    last_entry: int
    filled_cents: int


@dataclass(frozen=True, slots=True)
class Read:
    """One read of both balances: whether the big one was exact, and how long each took."""

    is_exact: bool
    big_ms: float
    small_ms: float


def payable(organization_id: int) -> AccountRef:
    """Return what names a seller's account."""
    return AccountRef(AccountKind.SELLER_PAYABLE, organization_id)


def fill_books(*, big: int, small: int) -> Books:
    """Make two sellers with that many entries each. Raises CouldNotMeasure when the books do not balance."""
    sellers = [OrganizationFactory.create(name=f"Seller {name}").pk for name in ("big", "small")]
    accounts = {ref: open_account(ref) for ref in (CLEARING, REVENUE, *map(payable, sellers))}
    wanted = list(zip(sellers, (big, small), strict=True))
    with filling("ledger_ledgertransaction"):
        for seller, entries in wanted:
            execute(FILL_TRANSACTIONS, {"seller": str(seller), "count": entries // LINES})
    with filling("ledger_ledgerentry"):
        for seller, _ in wanted:
            execute(
                FILL_ENTRIES,
                {
                    "seller": str(seller),
                    "seller_account": accounts[payable(seller)],
                    "lines": LINES,
                    "clearing": accounts[CLEARING],
                    "revenue": accounts[REVENUE],
                },
            )
    for table, trigger in MADE_UP:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    if fetch_one(FIND_UNBALANCED) != (0,):
        raise CouldNotMeasure("the filled books do not balance")
    [last] = fetch_one("SELECT max(id) FROM ledger_ledgerentry")
    [cents] = fetch_one(SUM_ALL, {"account": accounts[payable(sellers[0])]})
    return Books((sellers[0], sellers[1]), accounts, big, last, cents)


def open_account(ref: AccountRef) -> int:
    """Open one account and return its key."""
    [pk] = fetch_one(
        """INSERT INTO ledger_ledgeraccount (kind, organization_id, currency, livemode, created_at)
        VALUES (%(kind)s, %(holder)s, 'USD', true, now()) RETURNING id""",
        {"kind": ref.kind.value, "holder": ref.organization_id},
    )
    return int(pk)


def sum_entries(books: Books) -> int:
    """Return the big seller's balance in cents the plain way."""
    [cents] = fetch_one(SUM_ALL, {"account": books.accounts[payable(books.sellers[0])]})
    return int(cents)


def find_middle(books: Books) -> datetime:
    """Return an instant (UTC) before which about half of the big seller's entries count, within a block."""
    [instant] = fetch_one(
        MIDDLE, {"seller": str(books.sellers[0]), "number": str(books.entries // LINES // 2 + 123)}
    )
    return instant


def sum_entries_as_of(books: Books, at: datetime) -> int:
    """Return what the big seller was owed as of an instant in cents the plain way."""
    [cents] = fetch_one(SUM_AS_OF, {"account": books.accounts[payable(books.sellers[0])], "at": at})
    return int(cents)


def post_by_service(seller: int) -> Callable[[], None]:
    """Return what posts one sale of 1.00 through our service."""
    numbers = itertools.count()

    def post() -> None:
        source = Source(f"service:{os.getpid()}:{next(numbers)}", "Extension", livemode=True, currency="USD")
        with transaction.atomic():
            record_postings([sale(source, seller_id=seller, total_minor=100, commission_minor=20)])

    for _ in range(WARM_UP):
        post()
    return post


def post_plainly(books: Books) -> Callable[[], None]:
    """Return what appends the same four rows by one prepared statement, without our service."""
    numbers = itertools.count()
    row = {
        "clearing": books.accounts[CLEARING],
        "seller": books.accounts[payable(books.sellers[0])],
        "revenue": books.accounts[REVENUE],
    }
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    cursor = psycopg.Cursor(connection.connection)  # Django's own binds in the client and prepares nothing.

    def post() -> None:
        cursor.execute(PLAIN_POST, row | {"reference": f"plain:{os.getpid()}:{next(numbers)}"})

    for _ in range(WARM_UP):
        post()
    return post


def check_balance(books: Books) -> Callable[[], Read]:
    """Return what reads both balances once and says whether the big one was exact."""
    big, small = books.sellers
    account = {"account": books.accounts[payable(big)], "after": books.last_entry}
    numbers = itertools.count()

    def read(seller: int) -> tuple[int, float]:
        start = time.perf_counter()
        balance = read_seller_balance(organization_id=seller, currency="USD")
        return balance, (time.perf_counter() - start) * 1000

    def add_up() -> int:
        return books.filled_cents + int(fetch_one(SUM_NEW, account)[0])

    def check() -> Read:
        with transaction.atomic():
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            seen, _ = read(big)
            total = sum_entries(books) if next(numbers) % FULL_SUM_EVERY == 0 else add_up()
        before = add_up()  # As callers read it: each statement sees what is committed by then.
        (now, big_ms), (_, small_ms) = read(big), read(small)
        return Read(seen == total and before <= now <= add_up(), big_ms, small_ms)

    return check
