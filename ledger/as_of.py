"""Balances and reports as of any instant: the last closed month before it, sums of days, and single entries.

Amounts are cents, debit positive unless a function says otherwise; instants are UTC, and what counts at the
very instant is not in yet. A transaction counts at its `created_at`, whenever it was committed. Live money
unless asked for test money, of which no month is closed.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

from core.bulk import run_query
from ledger.balances import write_balance_sql
from ledger.entry_sums import EVER, write_balance_as_of_sql, write_moved_sql
from ledger.models import AccountKind, LedgerAccount, Month, TransactionKind

MARKETPLACE = (AccountKind.COMMISSION_REVENUE.value, AccountKind.PROCESSOR_FEES.value)
ID = '"ledger_ledgeraccount"."id"'
PAGE = 1_000  # Accounts.
FIELDS = ("pk", "kind", "organization_id", "organization__name", "currency", "livemode", "balance_minor")
SINCE = """
SELECT e.account_id, t.kind, SUM(e.amount_minor) AS amount
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE t.livemode = %(livemode)s AND t.created_at >= %(start)s AND t.created_at < %(at)s AND e.id >= %(first)s
"""
BALANCES = f"""
SELECT a.id, a.kind, a.currency, a.organization_id,
       (COALESCE(b.closing_minor, 0) + COALESCE(moved.amount, 0))::bigint AS balance
FROM ledger_ledgeraccount a
LEFT JOIN ledger_monthbalance b ON b.account_id = a.id AND b.month_id = %(month)s
LEFT JOIN (SELECT account_id, SUM(amount) AS amount FROM ({write_moved_sql()}) m GROUP BY 1) moved
       ON moved.account_id = a.id
WHERE a.livemode = %(livemode)s
"""
TRIAL_BALANCE = f"""
SELECT kind, currency,
       COALESCE(SUM(balance) FILTER (WHERE balance > 0), 0)::bigint,
       COALESCE(-SUM(balance) FILTER (WHERE balance < 0), 0)::bigint
FROM ({BALANCES}) balances GROUP BY kind, currency ORDER BY currency, kind
"""
PAYABLES = f"""
SELECT id, organization_id, currency, -balance FROM ({BALANCES}) balances
WHERE kind = 'seller_payable' AND balance <> 0 AND id > %(after)s ORDER BY id LIMIT %(limit)s
"""
INCOME = f"""
SELECT currency, kind, -SUM(amount)::bigint FROM (
    SELECT a.currency, u.kind, u.amount_minor AS amount
    FROM ledger_monthturnover u JOIN ledger_ledgeraccount a ON a.id = u.account_id
    JOIN ledger_month m ON m.id = u.month_id
    WHERE a.kind = ANY(%(kinds)s) AND a.livemode = %(livemode)s AND m.ends_at <= %(start)s
    UNION ALL
    SELECT a.currency, since.kind, since.amount
    FROM ({SINCE} AND e.account_id = ANY(ARRAY(
        SELECT id FROM ledger_ledgeraccount WHERE kind = ANY(%(kinds)s) AND livemode = %(livemode)s
    )) GROUP BY 1, 2) since JOIN ledger_ledgeraccount a ON a.id = since.account_id
) turnovers GROUP BY currency, kind ORDER BY currency, kind
"""


class TrialLine(NamedTuple):
    """What the accounts of one kind and currency come to: those in debit and those in credit."""

    kind: str
    currency: str
    debit_minor: int
    credit_minor: int


class AccountBalance(NamedTuple):
    """An account with its balance, debit positive; the holder is a seller's organisation."""

    account_id: int
    kind: str
    organization_id: int | None
    holder: str | None
    currency: str
    livemode: bool
    balance_minor: int


class Payable(NamedTuple):
    """What a seller is owed, positive cents; below zero it owes us."""

    account_id: int
    organization_id: int
    currency: str
    owed_minor: int


class Income(NamedTuple):
    """What the marketplace earned by one kind of transaction since it began: commission less fees."""

    currency: str
    kind: TransactionKind
    earned_minor: int


def read_trial_balance(at: datetime, *, livemode: bool = True) -> list[TrialLine]:
    """Return debits and credits for each kind of account and currency; those of a currency are equal."""
    return [TrialLine._make(row) for row in run_query(TRIAL_BALANCE, _start_from(at, livemode))]


def list_payables(at: datetime, *, after: int = 0, limit: int, livemode: bool = True) -> list[Payable]:
    """Return what sellers were owed, by account id from after one on; sellers at zero are left out."""
    params = {**_start_from(at, livemode), "after": after, "limit": limit}
    return [Payable._make(row) for row in run_query(PAYABLES, params)]


def read_balances_as_of(at: datetime, *, livemode: bool = True) -> dict[int, int]:
    """Return the balance of each account that is not zero."""
    sql = f"SELECT id, balance FROM ({BALANCES}) balances WHERE balance <> 0"
    return dict(run_query(sql, _start_from(at, livemode)))


def add_balances(accounts: QuerySet[LedgerAccount], *, at: datetime | None) -> QuerySet[Any]:
    """Return accounts with `balance_minor` as of an instant, or with all that is posted without one."""
    now: tuple[str, list[Any]] = (write_balance_sql(ID), [])
    sql, values = now if at is None else write_balance_as_of_sql(ID, at=at)
    # Of constants; what is asked for goes beside them.
    balance = RawSQL(f"({sql})::bigint", values, output_field=BigIntegerField())  # noqa: S611
    return accounts.annotate(balance_minor=balance)


def list_accounts_as_of(
    *,
    at: datetime,
    livemode: bool = True,
    account_id: int | None = None,
    organization_id: int | None = None,
    currency: str | None = None,
) -> Iterator[AccountBalance]:
    """Yield accounts with their balances, by their ids: all, or one, or those of a holder or a currency.

    Pages are read one after the other, each as of its own moment of reading.
    """
    narrow = {"pk": account_id, "organization": organization_id, "currency": currency, "livemode": livemode}
    accounts = LedgerAccount.objects.filter(**{k: v for k, v in narrow.items() if v is not None})
    rows = add_balances(accounts, at=at).order_by("pk").values_list(*FIELDS)
    last = 0
    while page := [AccountBalance._make(row) for row in rows.filter(pk__gt=last)[:PAGE]]:
        yield from page
        last = page[-1].account_id


def read_account_balances_as_of(account_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Return the balances of some accounts, live or test, in one query."""
    accounts = add_balances(LedgerAccount.objects.filter(pk__in=list(account_ids)), at=at)
    return dict(accounts.values_list("pk", "balance_minor"))


def read_balance_as_of(account_id: int, at: datetime) -> int:
    """Return the balance of one account, live or test."""
    return read_account_balances_as_of([account_id], at)[account_id]


def read_seller_balance_as_of(*, organization_id: int, currency: str, at: datetime) -> int:
    """Return what the marketplace owed a seller of live money, positive cents; 0 for one that never sold."""
    own = LedgerAccount.objects.filter(
        kind=AccountKind.SELLER_PAYABLE, organization_id=organization_id, currency=currency, livemode=True
    )
    return sum(-account.balance_minor for account in add_balances(own, at=at))


def is_final(at: datetime) -> bool:
    """Say whether no live money can be posted before an instant any more: its month is closed."""
    return Month.objects.filter(closed_at__isnull=False, ends_at__gte=at).exists()


def read_income(at: datetime, *, livemode: bool = True) -> list[Income]:
    """Return what the marketplace had earned, positive cents; the difference of two is that of a time."""
    params = {**_start_from(at, livemode), "kinds": list(MARKETPLACE)}
    return [
        Income(currency, TransactionKind(kind), minor) for currency, kind, minor in run_query(INCOME, params)
    ]


def _start_from(at: datetime, livemode: bool) -> Mapping[str, Any]:
    """Return what the queries need to know about the last month that was closed by an instant."""
    closed = (
        Month.objects.filter(ends_at__lte=at, closed_at__isnull=False) if livemode else Month.objects.none()
    )
    month = closed.order_by("-ends_at").first()
    return {
        "at": at,
        "livemode": livemode,
        "month": month.pk if month else None,
        "start": month.ends_at if month else EVER,
        "first": month.first_entry if month else 0,
    }
