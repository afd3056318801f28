"""Reports on the books as of any instant, per currency: the last closed month before it, and what came since.

Amounts are cents, debit positive unless a function says otherwise; instants are UTC, and what counts at the
very instant is not in yet. Live money unless asked for test money, of which no month is closed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from core.bulk import run_query
from ledger.models import AccountKind, Month, TransactionKind

MARKETPLACE = (AccountKind.COMMISSION_REVENUE.value, AccountKind.PROCESSOR_FEES.value)
EVER = datetime(1, 1, 2, tzinfo=UTC)  # Before the first posting.
SINCE = """
SELECT e.account_id, t.kind, SUM(e.amount_minor) AS amount
FROM ledger_ledgerentry e JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE t.livemode = %(livemode)s AND t.created_at >= %(start)s AND t.created_at < %(at)s AND e.id >= %(first)s
"""
BALANCES = f"""
SELECT a.id, a.kind, a.currency, a.organization_id,
       (COALESCE(b.closing_minor, 0) + COALESCE(since.amount, 0))::bigint AS balance
FROM ledger_ledgeraccount a
LEFT JOIN ledger_monthbalance b ON b.account_id = a.id AND b.month_id = %(month)s
LEFT JOIN (SELECT account_id, SUM(amount) AS amount FROM ({SINCE} GROUP BY 1, 2) s GROUP BY 1) since
       ON since.account_id = a.id
WHERE a.livemode = %(livemode)s
"""
ONE_BALANCE = f"""
SELECT COALESCE((
    SELECT closing_minor FROM ledger_monthbalance WHERE month_id = %(month)s AND account_id = %(account)s
), 0) + COALESCE((SELECT SUM(amount) FROM ({SINCE} AND e.account_id = %(account)s GROUP BY 1, 2) since), 0)
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


def read_balance_as_of(account_id: int, at: datetime) -> int:
    """Return the balance of one live account."""
    params = {**_start_from(at, livemode=True), "account": account_id}
    [(balance,)] = run_query(ONE_BALANCE, params)
    return int(balance)


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
